"""Reads calendars as others do, and says what each shows: start and end of each entry in UTC, in their order.

Standard input is JSON: the calendars, the span, and for each whether the names of its zones are changed first, so that the reader
has to believe the descriptions in the file and cannot take what it knows itself. So is standard output: a list for each calendar.
"""
import datetime
import json
import re
import sys

import icalendar
import recurring_ical_events


def utc(value):
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")


def read(raw, is_believing, span):
    if raw.count(b"\n") != raw.count(b"\r\n") or any(len(line) > 75 for line in raw.split(b"\r\n")):
        sys.exit("lines are not folded and ended as RFC 5545 says")
    text = raw.decode("utf-8").replace("\r\n ", "")
    if is_believing:
        text = re.sub(r"TZID([=:])([A-Za-z_]+)/([A-Za-z_]+)", r"TZID\1Unknown-\2-\3", text)
    calendar = icalendar.Calendar.from_ical(text)
    for component in calendar.walk():
        if component.errors:
            sys.exit(f"{component.name}: {component.errors}")
    for event in calendar.walk("VEVENT"):
        if not {"UID", "DTSTAMP", "DTSTART", "DURATION", "SUMMARY"} <= set(event):
            sys.exit("an entry lacks what it needs")
    shown = []
    for event in recurring_ical_events.of(calendar).between(*span):
        # What is under way at the beginning of the span began before it.
        start = event["DTSTART"].dt
        if span[0] <= start < span[1]:
            # The reader adds a length to what the clock shows; RFC 5545 adds it to the time itself.
            length = event["DTEND"].dt.replace(tzinfo=None) - start.replace(tzinfo=None)
            shown.append(f"{utc(start)} {utc(start.astimezone(datetime.timezone.utc) + length)}")
    return sorted(shown)


wanted = json.load(sys.stdin)
span = [datetime.datetime.fromisoformat(wanted[name]) for name in ("from", "until")]
json.dump([read(one["text"].encode("utf-8"), one["believing"], span) for one in wanted["calendars"]], sys.stdout)
