"""Runs a command on a terminal of its own, ends it with a signal, and says what became of the terminal.

usage: terminal.py SIGNAL COMMAND...   SIGNAL is a number, 0 to close the terminal instead.
"""

import fcntl, json, os, pty, select, signal, struct, sys, termios, time

number, command = int(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))


def flags():
    found = termios.tcgetattr(terminal)
    return [found[0], found[1], found[3]]


def read_until(seconds, is_enough=lambda seen: False):
    seen, ends = b"", time.monotonic() + seconds
    while time.monotonic() < ends and not is_enough(seen):
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                more = os.read(terminal, 65536)
            except OSError:
                break
            if not more:
                break
            seen += more
    return seen


before = flags()
drawn = read_until(60, lambda seen: b"\x1b[?1049h" in seen and b"leave" in seen)
while_taken = flags()
if number:
    os.kill(pid, number)
    left = read_until(60, lambda seen: b"\x1b[?1049l" in seen and b"\x1b[?25h" in seen)
    ends = time.monotonic() + 60
    done = 0
    while not done and time.monotonic() < ends:
        done, _ = os.waitpid(pid, os.WNOHANG)
        left += read_until(0.05)
    after = flags()
else:
    os.close(terminal)
    left, after, done, ends = b"", before, 0, time.monotonic() + 60
    while not done and time.monotonic() < ends:
        done, _ = os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)
if not done:
    os.kill(pid, signal.SIGKILL)
print(json.dumps({
    "drawn": b"\x1b[?1049h" in drawn,
    "taken": while_taken != before,
    "left": b"\x1b[?1049l" in left and b"\x1b[?25h" in left and b"\x1b[?2004l" in left,
    "restored": after == before,
    "ended": bool(done),
}))
