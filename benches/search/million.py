#!/usr/bin/env python3
"""A million documents in the running program: from a typed key to the painted result, and memory.

    million.py prepare PROGRAM CORPUS.ndjson PLACE [--documents N]
    million.py measure PROGRAM QUERIES.jsonl PLACE [--count N] [--size 80x24] [--hold]

`prepare` makes a data directory in PLACE, imports the corpus through the program's own import
(FHIR, by standard input; analysis and index included) and tells how long that took. `measure`
opens the workstation on it in a pseudo-terminal, types query after query into the search, a key every
0.15 s (`--pace`) as a person who types fast, and takes the time from each key to the last byte of its
result. Each key sends its search at once, whose audit row is written before anything is shown: a key
counts when the program's own log has its text, and its time is that of the last byte painted behind
that row. A key that sends nothing (one or two letters of a word) is told apart, and so is one whose
text was not searched for because the next key was there before. When the keys rest the program asks
in full: how long that took is what the program says. The log also says which answers were parts ("so
far"). With `--hold` another process keeps the pages of the files in memory, as a machine does that keeps
what was read: some virtual machines take pages back after a minute that no process has mapped.
Corpus and queries are those of `cargo bench --bench search`. Python 3.11, standard library.
"""

import argparse
import base64
import bisect
import contextlib
import datetime
import fcntl
import json
import mmap
import multiprocessing
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

SETTLED = 0.400
QUIET = 0.700
REST = 0.800
SLOWEST = 8
BURST = 0.050
KINDS = {
    "Operative Report": "11504-8", "Progress Note": "11506-3", "Consultation": "11488-4",
    "H&P": "34117-2", "Discharge Summary": "18842-5", "Radiology Report": "18748-4",
    "ED Report": "34111-5", "Pathology Report": "11526-1",
}
ANSWERS = (
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
)


def environment(place):
    return os.environ | {
        "CHARTROOM_DATA_DIR": os.path.join(place, "data"),
        "CHARTROOM_KEY_FILE": os.path.join(place, "key"),
        "CHARTROOM_CONFIG_DIR": os.path.join(place, "config"),
        "TERM": "xterm-256color",
    }


def resources(corpus, documents):
    patients, stays = set(), set()
    with open(corpus, encoding="utf-8") as lines:
        for _, line in zip(range(documents), lines):
            d = json.loads(line)
            mrn, stay = d["mrn"], d["encounter"]
            if mrn not in patients:
                patients.add(mrn)
                family, _, given = d["patient"].partition(", ")
                yield {"resourceType": "Patient", "id": f"p{mrn}", "gender": "unknown",
                       "name": [{"family": family, "given": [given]}],
                       "identifier": [{"type": {"coding": [{"code": "MR"}]},
                                       "system": "urn:bench:mrn", "value": mrn}]}
            if stay not in stays:
                stays.add(stay)
                yield {"resourceType": "Encounter", "id": stay, "status": "finished",
                       "class": {"code": "IMP"}, "subject": {"reference": f"Patient/p{mrn}"},
                       "identifier": [{"type": {"coding": [{"code": "VN"}]},
                                       "system": "urn:bench:vn", "value": stay}],
                       "period": {"start": d["date"], "end": d["date"]}}
            text = base64.b64encode(d["text"].encode()).decode()
            yield {"resourceType": "DocumentReference", "id": d["doc_id"], "status": "current",
                   "docStatus": "final", "date": d["date"] + "T12:00:00Z",
                   "type": {"coding": [{"system": "http://loinc.org", "display": d["type"],
                                        "code": KINDS.get(d["type"], "34109-9")}]},
                   "subject": {"reference": f"Patient/p{mrn}"},
                   "author": [{"display": d["author"]}],
                   "content": [{"attachment": {"contentType": "text/plain", "data": text}}],
                   "context": {"encounter": [{"reference": f"Encounter/{stay}"}]}}


def prepare(args):
    os.makedirs(args.place, exist_ok=True)
    env = environment(args.place)
    subprocess.run([args.program, "init", "--facility", "Bench", "--time-zone", "UTC",
                    "--key-file", env["CHARTROOM_KEY_FILE"]], env=env, check=True)
    start = time.monotonic()
    child = subprocess.Popen([args.program, "import", "-"], env=env, stdin=subprocess.PIPE)
    for resource in resources(args.corpus, args.documents):
        child.stdin.write(json.dumps(resource).encode() + b"\n")
    child.stdin.close()
    code = child.wait()
    print(f"import of {args.documents} documents: {time.monotonic() - start:.0f} s, exit {code}")
    for name in ("data", os.path.join("data", "index")):
        path = os.path.join(args.place, name)
        size = sum(os.path.getsize(os.path.join(d, f)) for d, _, all in os.walk(path) for f in all)
        print(f"{name}: {size / 1e6:.0f} MB")
    return code


def typed(q):
    parts = list(q.get("must") or [])
    if q.get("phrase"):
        parts.append('"' + " ".join(q["phrase"]) + '"')
    if q.get("prefix"):
        parts.append(q["prefix"] + "*")
    if q.get("fuzzy"):
        parts.append(f"{q['fuzzy']}~{q.get('distance', 1)}")
    parts += ["-" + word for word in q.get("not") or []]
    if q.get("mrn"):
        parts.append("mrn:" + q["mrn"])
    if q.get("author"):
        parts.append('author:"' + q["author"] + '"')
    if q.get("date_from"):
        parts.append(f"date:{q['date_from']}..{q['date_to']}")
    return " ".join(parts)


class Terminal:
    def __init__(self, command, env, columns, rows):
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settle(self, quiet=QUIET, most=10.0):
        """Reads until nothing has come for a while; the times and sizes of what came."""
        times, end = [], time.monotonic() + most
        while time.monotonic() < end:
            if not select.select([self.file], [], [], quiet)[0]:
                break
            data = os.read(self.file, 1 << 16)
            times.append((time.monotonic(), len(data)))
            for question, answer in ANSWERS:
                if question.search(data):
                    os.write(self.file, answer)
        return times

    def listen(self, seconds):
        """When something came within this time, by the clock on the wall."""
        times, end = [], time.time() + seconds
        while (left := end - time.time()) > 0:
            if select.select([self.file], [], [], left)[0]:
                os.read(self.file, 1 << 16)
                times.append(time.time())
        return times

    def keys(self, keys):
        os.write(self.file, keys.encode())

    def memory(self, name):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith(name))
        return int(line.split()[1]) / 1024


def share(values, part):
    values = sorted(values)
    return values[min(int(part * len(values)), len(values) - 1)] * 1e3


def logged(args, most):
    """What the log has of beginnings: text, when it was written, whether it was a part."""
    env = environment(args.place)
    add = [args.program, "user", "add", "log", "--name", "Log", "--roles", "auditor"]
    subprocess.run(add, env=env, capture_output=True, check=False)
    show = [args.program, "audit", "show", "--as", "log", "--json", "--limit", str(most)]
    rows = []
    for line in subprocess.run(show, env=env, capture_output=True, check=True).stdout.splitlines():
        row = json.loads(line)
        if row["action"] == "search.typed":
            detail = json.loads(row["detail"])
            at = datetime.datetime.fromisoformat(row["at"]).timestamp()
            rows.append((detail["text"], at, detail.get("so_far", False)))
    return rows


def begins(text):
    """Whether the last key of a query sends it: not within one or two letters of a word."""
    word = text.rsplit(" ", 1)[-1].lstrip("(-")
    return len(word) == 0 or len(word) >= 3


def hold(folder, holds):
    """Keeps files mapped, with every page in memory, those that come to be later too."""
    maps = {}
    while True:
        for place, _, names in os.walk(folder):
            for path in (os.path.join(place, name) for name in names if not name.endswith("-shm")):
                with contextlib.suppress(OSError), open(path, "rb") as file:
                    about = os.fstat(file.fileno())
                    key = (about.st_ino, about.st_size)
                    if key not in maps and about.st_size > 0:
                        maps[key] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
                        for page in range(0, about.st_size, mmap.PAGESIZE):
                            maps[key][page]
        holds.set()
        time.sleep(5)


def measure(args):
    if args.hold:
        holds = multiprocessing.Event()
        folder = os.path.join(args.place, "data")
        multiprocessing.Process(target=hold, args=(folder, holds), daemon=True).start()
        holds.wait()
    columns, rows = map(int, args.size.split("x"))
    with open(args.queries, encoding="utf-8") as lines:
        queries = [json.loads(line) for line in lines]
    queries = queries[:: max(1, len(queries) // args.count)][: args.count]
    terminal = Terminal([args.program], environment(args.place), columns, rows)
    terminal.settle(1.0)
    print(f"memory at the first screen: {terminal.memory('VmRSS'):.0f} MiB")
    terminal.keys("gs")
    terminal.settle()
    typed_at, came = [], []
    for q in queries:
        text = typed(q)
        for length in range(1, len(text) + 1):
            typed_at.append((q["class"], text[:length], time.time()))
            terminal.keys(text[length - 1])
            came += terminal.listen(args.pace)
        # The keys rest, and what was typed is asked for in full.
        came += terminal.listen(REST)
        terminal.keys("\x15")
        came += terminal.listen(args.pace)
    memory = (f"memory: {terminal.memory('VmRSS'):.0f} MiB now, {terminal.memory('VmHWM'):.0f} MiB at most, "
              f"of that anonymous {terminal.memory('RssAnon'):.0f} MiB")
    os.kill(terminal.pid, 15)
    report(typed_at, came, logged(args, 2 * len(typed_at)))
    print(memory)
    return 0


def painted(came, row):
    """When the answer was painted whose row was written then: the last of the bytes that came without a
    pause. The clock in the header, minutes apart, is none of it."""
    first = bisect.bisect_left(came, row - 0.001)
    for at, after in zip(came[first:], came[first + 1:]):
        if after - at > BURST:
            return at
    return came[-1] if first < len(came) else None


def report(typed_at, came, log):
    answers, silent, same, lost = [], 0, 0, []
    rows = {}
    for words, at, part in reversed(log):
        rows.setdefault(words, []).append((at, part))
    for name, text, wall in typed_at:
        # The last word may go on, unless a blank ends it; then the key before asked for it without.
        asked = (text.rstrip(),) if text.endswith(" ") else (text, text + "*")
        found = min((row for words in asked for row in rows.get(words, [])
                     if wall - 0.001 <= row[0] < wall + SETTLED), default=None)
        end = painted(came, found[0]) if found else None
        if not begins(text):
            silent += 1
        elif text.endswith("*"):
            # What stood there without the star was searched for as a beginning: nothing new is painted.
            same += 1
        elif end:
            answers.append((name, end - wall, found[0] - wall, found[1], text))
        else:
            lost.append(text)
    print(f"{len(typed_at)} keys: {len(answers)} answered, {silent} send nothing, {same} ask what was asked before, "
          f"{len(lost)} of a text not searched for {lost[:SLOWEST]}")
    for _, end, row, _, text in sorted(answers, key=lambda a: -a[1])[:SLOWEST]:
        print(f"  slowest: {end * 1e3:.1f} ms, its row in the log begun after {row * 1e3:.1f}: {text}")
    for name in ["all", *sorted({name for name, *_ in answers})]:
        of = [a for a in answers if name in ("all", a[0])]
        ends, begun = [a[1] for a in of], [a[2] for a in of]
        print(f"  {name:8} {len(of):4}  key to painted result, ms: p50 {share(ends, .5):.1f}  p90 {share(ends, .9):.1f}  "
              f"p99 {share(ends, .99):.1f}  max {share(ends, 1):.1f}  above 16: {sum(e > .016 for e in ends)}  "
              f"found after: p50 {share(begun, .5):.1f}  p99 {share(begun, .99):.1f}  parts {sum(a[3] for a in of)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True)
    for verb, file in ((prepare, "corpus"), (measure, "queries")):
        sub = verbs.add_parser(verb.__name__)
        sub.add_argument("program")
        sub.add_argument(file)
        sub.add_argument("place")
        sub.set_defaults(run=verb)
        if verb is prepare:
            sub.add_argument("--documents", type=int, default=1_000_000)
        else:
            sub.add_argument("--count", type=int, default=500)
            sub.add_argument("--size", default="80x24")
            sub.add_argument("--pace", type=float, default=0.15)
            sub.add_argument("--hold", action="store_true")
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
