"""Reads a calendar as others do, and prints what it shows: one line per entry, start and end in UTC, in their order.

Standard input is JSON: the calendar, the span, and whether the names of its zones are changed first, so that the reader has to
believe the descriptions in the file and cannot take what it knows itself.
"""
import datetime
import json
import re
import sys

import icalendar
import recurring_ical_events

wanted = json.load(sys.stdin)
raw = wanted["calendar"].encode("utf-8")
if raw.count(b"\n") != raw.count(b"\r\n") or any(len(line) > 75 for line in raw.split(b"\r\n")):
    sys.exit("lines are not folded and ended as RFC 5545 says")
text = raw.decode("utf-8").replace("\r\n ", "")
if wanted["believing"]:
    text = re.sub(r"TZID([=:])([A-Za-z_]+)/([A-Za-z_]+)", r"TZID\1Unknown-\2-\3", text)
calendar = icalendar.Calendar.from_ical(text)
for component in calendar.walk():
    if component.errors:
        sys.exit(f"{component.name}: {component.errors}")
for event in calendar.walk("VEVENT"):
    if not {"UID", "DTSTAMP", "DTSTART", "DURATION", "SUMMARY"} <= set(event):
        sys.exit("an entry lacks what it needs")


def utc(value):
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")


span = [datetime.datetime.fromisoformat(wanted[name]) for name in ("from", "until")]
shown = []
for event in recurring_ical_events.of(calendar).between(*span):
    # What is under way at the beginning of the span began before it.
    start = event["DTSTART"].dt
    if span[0] <= start < span[1]:
        # The reader adds a length to what the clock shows; RFC 5545 adds it to the time itself.
        length = event["DTEND"].dt.replace(tzinfo=None) - start.replace(tzinfo=None)
        shown.append((utc(start), utc(start.astimezone(datetime.timezone.utc) + length)))
for start, end in sorted(shown):
    print(start, end)
