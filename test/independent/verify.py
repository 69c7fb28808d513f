#!/usr/bin/env python3
"""An independent verifier for evidence packages, written from record/FORMAT.md alone.

    verify.py PACKAGE [--signers FILE] [--authorities FILE.pem] [--disclosure FILE] [--json]
    verify.py --vectors fixtures/vectors      prints one line of JSON for each test vector of a folder
    verify.py --samples record/FORMAT.md      checks every literal sample of the specification
    verify.py --self-test                     checks this program's Ed25519 against RFC 8032 and openssl

PACKAGE is a ZIP or the unzipped folder. Exit status: 0 verified, 1 failed, 2 it can't be read as a package.

It needs Python 3.9 or later with its standard library; the `openssl` command (1.1.1 or later) only for RFC 3161 time
stamps and the self-test, and `ssh-keygen` only for `--samples`. It shares no code with the program that makes packages.
Nothing of a package is written to disk, except that a time stamp and its certificates, which `openssl` wants as files,
are put into a temporary folder under names of our own.

The file goes from the small to the whole: Ed25519, canonical JSON, signed notes, texts, entries, the ZIP, signatures,
time stamps, handoff.json, and then class `Verification`, which answers the four questions of the section
"Verification".
"""

import argparse
import base64
import binascii
import calendar
import datetime
import functools
import hashlib
import io
import json
import os
import re
import stat
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zlib
from collections import namedtuple

CHUNK = 1 << 16
# In bytes. Files that are read as a whole are refused beyond these sizes, others than these beyond 1 MiB.
LIMITS = {"tagmanifest-sha256.txt": 1 << 28, "manifest-sha256.txt": 1 << 28, "data/records/handoff.json": 1 << 26}
LINE_LIMIT = 1 << 26

# Section "Finding codes": the closed list, here only with question and status. `--samples` compares it with FORMAT.md.
CODES = {code: (question, status) for question, status, codes in (
    ("intact", "failed", """
        container/malformed container/hidden-bytes container/entry-differs container/encrypted container/not-a-file
        container/path-unsafe container/path-twice file/changed file/missing file/extra file/unreadable bag/malformed
        bag/count-differs handoff/malformed records/unlisted records/missing session/entry-malformed
        session/entry-order session/identity-differs session/text-malformed session/text-missing session/text-extra
        session/reference-wrong session/text-differs session/root-differs session/checkpoint-malformed session/facts-differ group/malformed
        group/root-differs group/leaf-differs group/history-differs"""),
    ("intact", "ok", "files/intact session/recomputed"),
    ("origin", "ok", "origin/trusted origin/trusted-before"),
    ("origin", "note", "origin/unknown"),
    ("origin", "failed", """
        origin/key-statement origin/not-trusted origin/signature-missing origin/signature-bad origin/key-differs
        origin/checkpoint-signature"""),
    ("time", "ok", "time/witnessed time/token"),
    ("time", "note", "time/not-witnessed time/token-unknown time/token-not-checked time/imported"),
    ("time", "failed", "time/cosignature-bad time/token-not-trusted time/token-bad"),
    ("complete", "ok", "complete/accounted complete/pinned disclosure/proven"),
    ("complete", "note", "complete/omitted complete/hidden complete/gap complete/cut"),
    ("complete", "failed", """
        complete/unaccounted complete/hash-shown complete/not-closed disclosure/not-the-line disclosure/no-such-line
        disclosure/other-package"""),
) for code in codes.split()}


class Unreadable(Exception):
    """The input can't be read as a package at all (exit status 2)."""


class Fault(Exception):
    """Something is not as FORMAT.md says. `code` is set where only one finding code can be meant."""

    def __init__(self, detail, code=None):
        super().__init__(detail)
        self.code = code


def sha256(*parts):
    """SHA-256 of the joined byte strings."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


# ---------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032 section 5.1)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def point_add(p, q):
    """The sum of two points in extended coordinates (X, Y, Z, T); RFC 8032 section 5.1.4."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_multiply(s, p, t=0, q=NEUTRAL):
    """[s]p + [t]q, bit by bit. The timing depends on the numbers, which is fine: a verifier has no secrets."""
    both = point_add(p, q)
    result = NEUTRAL
    for bit in range(max(s.bit_length(), t.bit_length()) - 1, -1, -1):
        result = point_add(result, result)
        if s >> bit & 1 and t >> bit & 1:
            result = point_add(result, both)
        elif s >> bit & 1:
            result = point_add(result, p)
        elif t >> bit & 1:
            result = point_add(result, q)
    return result


def point_decode(data):
    """A point from its 32 bytes, or None. Only the one canonical encoding of a point is accepted."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def point_encode(p):
    """The 32 bytes of a point."""
    inverse = pow(p[2], P - 2, P)
    return (p[1] * inverse % P | (p[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def small_order(p):
    """Whether 8 times the point is the neutral one: under such a key one signature holds for any message."""
    for _ in range(3):
        p = point_add(p, p)
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=1000)
def ed25519_verify(public, message, signature):
    """Strict verification: canonical A and R, A not of small order, S < L, and [S]B = R + [k]A without the cofactor."""
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    a, r = point_decode(public), point_decode(signature[:32])
    if s >= L or a is None or r is None or small_order(a):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], a[2], P - a[3])
    x, y, z, _ = point_multiply(s, BASE, k, minus_a)
    return (x - r[0] * z) % P == 0 and (y - r[1] * z) % P == 0


def ed25519_secret(seed):
    """The secret number, the prefix and the public key that belong to a seed (only for samples and the self-test)."""
    digest = hashlib.sha512(seed).digest()
    secret = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return secret, digest[32:], point_encode(point_multiply(secret, BASE))


def ed25519_sign(seed, message):
    """A signature as RFC 8032 makes it, which is always the same (only for samples and the self-test)."""
    secret, prefix, public = ed25519_secret(seed)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    point = point_encode(point_multiply(r, BASE))
    k = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % L
    return point + ((r + k * secret) % L).to_bytes(32, "little")


# ---------------------------------------------------------------------------------------------------------------------
# Section "Canonical JSON", and the shapes of values


def canonical(value):
    """Write a value as RFC 8785 says. Only integers within +-(2^53-1), no lone surrogates."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is int:
        if abs(value) > 2**53 - 1:
            raise Fault("a number is beyond 2^53-1")
        return str(value)
    if type(value) is str:
        return json.dumps(value, ensure_ascii=False)
    if type(value) is list:
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"


def refuse_number(text):
    """Called for numbers that are not integers, NaN and Infinity."""
    raise Fault("a number is not an integer: " + text[:40])


def parse_integer(text):
    """Called for integers; those of many digits are refused before they cost time."""
    return int(text) if len(text) <= 17 else refuse_number(text)


def parse_canonical(line):
    """The object of one line of canonical JSON (bytes without LF). Raises Fault unless writing gives the same bytes."""
    try:
        text = line.decode("utf-8")
        value = json.loads(text, parse_int=parse_integer, parse_float=refuse_number, parse_constant=refuse_number)
        same = canonical(value).encode("utf-8") == line
    except (ValueError, RecursionError) as error:  # both decoding errors are ValueErrors
        raise Fault("not JSON: %s" % str(error)[:100])
    if not same:
        raise Fault("not canonical JSON")
    if type(value) is not dict:
        raise Fault("not an object")
    return value


def unbase64(text):
    """Bytes of base64 (RFC 4648 section 4) with padding; only the one canonical spelling."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Fault("not base64")
    if base64.b64encode(data).decode() != text:
        raise Fault("not canonical base64")
    return data


def parse_time(text):
    """Whole seconds since 1970 of a time in the form of `at`; Fault if its form is another, or there is no such day."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.\d{3}Z", text if type(text) is str else "", re.A)
    try:
        year, *others = map(int, match.groups())
        like = 2000 + year % 400  # days repeat after 400 years; the year 0, which RFC 3339 has, is none to this library
        seconds = calendar.timegm(datetime.datetime(like, *others).timetuple())
    except (AttributeError, ValueError):
        raise Fault("not a time: %.40r" % (text,))
    return seconds + (year - like) // 400 * 146097 * 86400


def accepts(function):
    """A shape out of a function that raises Fault: true where it does not raise."""
    def shape(value):
        try:
            function(value)
            return True
        except Fault:
            return False
    return shape


def matches(pattern):
    """The shape of strings that match a regular expression as a whole."""
    return lambda value: type(value) is str and re.fullmatch(pattern, value) is not None


def one_of(*values):
    """The shape of strings out of a list."""
    return lambda value: type(value) is str and value in values


def list_of(shape):
    """The shape of lists whose members all have a shape."""
    return lambda value: type(value) is list and all(map(shape, value))


def record(fields):
    """The shape of objects with exactly these fields; `?` after a name marks one that may be missing."""
    def shape(value):
        if type(value) is not dict:
            return False
        known = {name.rstrip("?"): shape for name, shape in fields.items()}
        return (all(name.endswith("?") or name in value for name in fields)
                and all(name in known and known[name](member) for name, member in value.items()))
    return shape


def one_id(prefix):
    """The shape of ids: a prefix and 16 characters out of 32."""
    return matches(prefix + "_[0123456789abcdefghjkmnpqrstvwxyz]{16}")


def string(value):
    """The shape of any string."""
    return type(value) is str


def count(value):
    """The shape of whole numbers from 0."""
    return type(value) is int and value >= 0


def line_string(value):
    """The shape of one line: a string without LF."""
    return type(value) is str and "\n" not in value


HASH = matches("[0-9a-f]{64}")
TIME = accepts(parse_time)
PARTICIPANT = matches("p(0|[1-9][0-9]{0,3})")
OUTCOME = one_of("resolved", "workaround", "unresolved", "informational")
MODE = one_of("live", "imported")
COMMITMENT = record({"lines": lambda n: type(n) is int and n >= 1, "root": HASH})


# ---------------------------------------------------------------------------------------------------------------------
# Section "Session log": verifier keys, signed notes, checkpoints, Merkle trees

KEY_NAME = "[!-*,-~]{1,200}"  # printable ASCII without white space and "+"
YEAR_10000 = 253402300800  # in seconds since 1970: no clock is right that says so
VerifierKey = namedtuple("VerifierKey", "name id type public")
Checkpoint = namedtuple("Checkpoint", "origin size root body signatures")


def parse_verifier_key(text, wanted=(1, 4)):
    """`name+id+base64(type ‖ public key)`; the id is the start of SHA-256(name ‖ LF ‖ type ‖ public key)."""
    match = re.fullmatch("(%s)\\+([0-9a-f]{8})\\+(.*)" % KEY_NAME, text if type(text) is str else "")
    if not match:
        raise Fault("not a verifier key")
    name, number, encoded = match.groups()
    data = unbase64(encoded)
    if len(data) != 33 or data[0] not in wanted:
        raise Fault("a verifier key of another type")
    if sha256(name.encode() + b"\n" + data)[:4].hex() != number:
        raise Fault("the id of a verifier key is not that of the key")
    return VerifierKey(name, bytes.fromhex(number), data[0], data[1:])


ORGANISATION_KEY = accepts(lambda text: parse_verifier_key(text, (1,)))


def parse_note(data):
    """C2SP signed note: (text, [(key name, key id, signature)]). Fault if it is not one, or a key signed twice."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("a note that is not UTF-8")
    end = whole.rfind("\n\n")
    if end < 1 or not whole.endswith("\n") or end + 2 == len(whole):
        raise Fault("a note without text or without signatures")
    text = whole[:end + 1]
    if re.search("[\0-\x09\x0b-\x1f\x7f]", text):
        raise Fault("a note with control characters")
    signatures = []
    for line in whole[end + 2:-1].split("\n"):
        match = re.fullmatch("\u2014 (%s) ([A-Za-z0-9+/=]+)" % KEY_NAME, line)
        value = unbase64(match.group(2)) if match else b""
        if len(value) < 5:
            raise Fault("a signature line that is not one")
        signatures.append((match.group(1), value[:4], value[4:]))
    if len(signatures) > 100 or len(data) > 1 << 20:
        raise Fault("a note with more than 100 signatures, or beyond 1 MiB")
    return text.encode("utf-8"), signatures


def note_signature(text, signatures, key):
    """None if `key` did not sign, False if its signature does not hold, else True, or the time of a cosignature.

    Type 1 signs the text itself; type 4 (C2SP tlog-cosignature) signs two lines with the time, then the text. Fault if
    it signed twice.
    """
    own = [signature for name, number, signature in signatures if (name, number) == (key.name, key.id)]
    if len(own) > 1:
        raise Fault("a note with two signatures by one key")
    if not own:
        return None
    if key.type == 1:
        return ed25519_verify(key.public, text, own[0])
    if len(own[0]) != 72:
        return False
    time = struct.unpack(">Q", own[0][:8])[0]
    message = b"cosignature/v1\ntime %d\n" % time + text
    return time if time < YEAR_10000 and ed25519_verify(key.public, message, own[0][8:]) else False


def parse_checkpoint(note):
    """C2SP checkpoint without extension lines: origin, size, root. From the parts of a note."""
    text, signatures = note
    lines = text.decode().split("\n")
    if len(lines) != 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]) or int(lines[1]) > 2**53 - 1:
        raise Fault("a checkpoint that has not three lines: origin, size, root")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise Fault("a checkpoint whose root has not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root, text, signatures)


class Tree:
    """RFC 6962 Merkle tree, leaf by leaf: keeps the roots of the complete subtrees only."""

    def __init__(self):
        self.size, self.roots = 0, []

    def add(self, leaf):
        """Add a leaf by its hash."""
        self.size += 1
        size = self.size
        while size % 2 == 0:
            leaf = sha256(b"\x01", self.roots.pop(), leaf)
            size //= 2
        self.roots.append(leaf)

    def root(self):
        """The root of all leaves so far; SHA-256 of nothing for an empty tree."""
        if not self.roots:
            return sha256()
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = sha256(b"\x01", left, root)
        return root


def leaf_hash(data):
    """RFC 6962 leaf."""
    return sha256(b"\x00", data)


# ---------------------------------------------------------------------------------------------------------------------
# Section "Texts"


def text_salts(seed, n):
    """The salts of a text's n lines."""
    stream = hashlib.shake_256(b"\x04" + seed).digest(16 * n)
    return [stream[16 * i:16 * i + 16] for i in range(n)]


def line_digest(salt, line):
    """The digest of one line."""
    return sha256(b"\x02", salt, line.encode("utf-8"))


def text_root(digests):
    """The root of a text."""
    return sha256(b"\x03", *digests)


def parse_text(value):
    """(digests, items) of one text as it travels: `seed` and `lines`, or `items` (section "Redaction").

    Each item is {"line"} or {"digest", "reason"}; a text with a seed gets items that are all shown.
    """
    if "seed" in value:
        if not record({"seq": count, "field": string, "seed": string, "lines": list_of(line_string)})(value):
            raise Fault("a text with other fields than it must have")
        seed = unbase64(value["seed"])
        if len(seed) != 32 or not value["lines"]:
            raise Fault("a text with a seed that has not 32 bytes, or without lines")
        salts = text_salts(seed, len(value["lines"]))
        return ([line_digest(salt, line) for salt, line in zip(salts, value["lines"])],
                [{"line": line} for line in value["lines"]])
    shown = record({"line": line_string, "salt": string})
    hidden = record({"digest": HASH, "reason": one_of("credential", "personal-data", "third-party", "privileged",
                                                      "other", "erased"), "shown?": line_string})
    items = value.get("items")
    if not record({"seq": count, "field": string, "items": list_of(lambda item: shown(item) or hidden(item))})(value):
        raise Fault("a text with other fields than it must have")
    if not any("digest" in item for item in items):
        raise Fault("a text without hidden lines that does not travel with its seed")
    digests = []
    for item in items:
        if "digest" in item:
            digests.append(bytes.fromhex(item["digest"]))
            continue
        salt = unbase64(item["salt"])
        if len(salt) != 16:
            raise Fault("a salt that has not 16 bytes")
        digests.append(line_digest(salt, item["line"]))
    return digests, items


# ---------------------------------------------------------------------------------------------------------------------
# Section "Entries"

STREAMS = record({"stderr": count, "stdout": count})
# Two lines, for stdout and stderr: SHA-256 and number of the raw bytes.
RAW_COMMITMENT = record({"lines": lambda value: type(value) is int and value == 2, "root": HASH})
RAW_LINE = re.compile("[0-9a-f]{64} (0|[1-9][0-9]{0,15})")
KINDS = {  # kind: (further fields, names of texts); "?" marks those that may be missing
    "opened": ({"format": one_of("caisey-session/1"), "session": one_id("ses"), "group": one_id("grp"),
                "endpoint": one_id("end"), "endpointKey": string, "mode": MODE,
                "log": record({"size": count, "root": matches("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")})},
               "subject organization client endpoint source?"),
    "joined": ({"participant": PARTICIPANT, "role": one_of("technician", "person", "agent")}, "name"),
    "context": ({"part": one_of("os", "updates", "processes", "services", "software", "disks", "memory", "network",
                                "users", "clock"),
                 "columns": lambda value: list_of(matches("[a-z][a-z0-9 ]{0,30}"))(value) and len(value) <= 12,
                 "status": one_of("ok", "failed")}, "value"),
    "approval.asked": ({"by": PARTICIPANT}, "command reason"),
    "approval.answered": ({"asked": count, "by?": PARTICIPANT, "policy?": HASH,
                           "answer": one_of("approved", "denied", "expired", "stopped", "standing")}, "word?"),
    "command": ({"by": PARTICIPANT, "shell": one_of("bash", "sh", "zsh", "powershell", "pwsh", "cmd"),
                 "consent": one_of("read-only", "answered"), "answered?": count}, "command directory?"),
    "output": ({"command": count, "stream": one_of("stdout", "stderr"), "newline": lambda value: type(value) is bool,
                "replaced?": count}, "output"),
    "finished": ({"command": count, "exit": lambda value: value is None or type(value) is int, "duration": count,
                  "end": one_of("exited", "cancelled", "time-limit", "lost"), "cut": STREAMS}, "raw"),
    "chat": ({"by": PARTICIPANT}, "message"),
    "note": ({"by": PARTICIPANT, "about?": count}, "note"),
    "gap": ({"from": TIME, "to": TIME,
             "cause": one_of("agent-offline", "agent-restarted", "worker-restarted", "journal-full", "clock-jump",
                             "machine-slept", "not-recorded")}, "detail?"),
    "closed": ({"by?": PARTICIPANT, "outcome": OUTCOME}, "summary? todo?"),
}


def is_raw(line):
    """Whether a line is one of the text `raw`."""
    return bool(RAW_LINE.fullmatch(line)) and int(line[65:]) <= LARGEST


ENTRY_SHAPES = {kind: record({
    "seq": count, "at": TIME, "seen?": TIME, "kind": string, **fields,
    "text": record({name: RAW_COMMITMENT if name == "raw" else COMMITMENT for name in texts.split()}),
}) for kind, (fields, texts) in KINDS.items()}


def check_entry(entry, number, last):
    """Fault unless the entry is written as it must be, in its place after one of kind `last` (None: there is none)."""
    kind = entry.get("kind")
    if type(kind) is not str or kind not in ENTRY_SHAPES:
        raise Fault("entry %d: unknown kind" % number)
    if not ENTRY_SHAPES[kind](entry):
        raise Fault("entry %d: fields of '%s' that are missing, unknown or of another form" % (number, kind))
    if entry["seq"] != number:
        raise Fault("entry %d says it is %d" % (number, entry["seq"]), "session/entry-order")
    if (kind == "opened") != (last is None):
        raise Fault("entry %d: 'opened' is entry 0, and only there" % number)
    if last == "closed":
        raise Fault("entry %d: an entry after 'closed'" % number)


class References:
    """Section "References": what later entries may point at, followed entry by entry."""

    MOST_OPEN = 100000

    def __init__(self):
        self.roles, self.open = {}, {}

    def fault(self, entry):
        """Why an entry does not point at what it must; None if it does. The entry is taken either way."""
        kind, why = entry["kind"], None
        roles = {"approval.asked": ("technician",), "command": ("technician",), "approval.answered": ("person", "agent")}
        if "by" in entry and self.roles.get(entry["by"]) not in roles.get(kind, ("technician", "person", "agent")):
            why = "'by' is nobody who may"
        if kind == "joined" and entry["participant"] in self.roles:
            why = "someone joins twice"
        if kind == "command" and (entry["consent"] == "answered") != ("answered" in entry):
            why = "'answered' is not there, or should not be"
        if kind == "note" and entry.get("about", -1) >= entry["seq"]:
            why = "'about' is no earlier entry"
        field, pointed = {"approval.answered": ("asked", "approval.asked"), "command": ("answered", "approval.answered"),
                          "output": ("command", "command"), "finished": ("command", "command")}.get(kind, ("", ""))
        if field in entry:
            if self.open.get(entry[field]) != pointed:
                why = "'%s' is no entry that is open" % field
            elif kind != "output":
                del self.open[entry[field]]
        if kind == "joined":
            self.roles.setdefault(entry["participant"], entry["role"])
        if kind in ("approval.asked", "command") or entry.get("answer") in ("approved", "standing"):
            if len(self.open) < self.MOST_OPEN:
                self.open[entry["seq"]] = kind
            else:
                why = why or "too many are open"
        return why


# ---------------------------------------------------------------------------------------------------------------------
# Section "Package": paths, and the container as a ZIP or a folder

RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.I)


def portable(path):
    """Whether a path is one that a package may have."""
    return (0 < len(path) <= 200 and all(
        re.fullmatch("[A-Za-z0-9._-]+", part) and part[0] != "." and part[-1] != "." and not RESERVED.fullmatch(part)
        for part in path.split("/")))


class Container:
    """The files of a package by path. Of two with one name, the first is read."""

    def __init__(self, report):
        self.report, self.members = report, {}

    def read(self, path):
        """A whole file."""
        data, limit = bytearray(), LIMITS.get(path, 1 << 20)
        for chunk in self.chunks(path):
            data += chunk
            if len(data) > limit:
                raise Fault("the file is too large")
        return bytes(data)

    def lines(self, path):
        """The lines of a file, without their LFs. Fault if the last one has none."""
        rest = bytearray()
        for chunk in self.chunks(path):
            first, *others = chunk.split(b"\n")
            rest += first
            for other in others:
                yield bytes(rest)
                rest = bytearray(other)
            if len(rest) > LINE_LIMIT:
                raise Fault("a line is too long")
        if rest:
            raise Fault("the last line does not end with LF")


class Folder(Container):
    """A package that lies unzipped in a folder."""

    def __init__(self, root, report):
        super().__init__(report)
        self.root = root
        self.walk("")
        if not self.members:
            raise Unreadable("the folder holds no files")

    def walk(self, below):
        """Take all files below a folder; links are not followed."""
        try:
            found = ((entry.name, entry.stat(follow_symlinks=False))
                     for entry in os.scandir(os.path.join(self.root, below)))
            entries = sorted((name, status.st_mode, status.st_size) for name, status in found)
        except OSError as error:
            return self.report("file/unreadable", below, error.strerror or "")
        for name, mode, size in entries:
            path = below + name
            if stat.S_ISDIR(mode):
                self.walk(path + "/")
            elif stat.S_ISREG(mode):
                self.members[path] = size
            else:
                self.report("container/not-a-file", path)

    def size(self, path):
        """The size of a file."""
        return self.members[path]

    def chunks(self, path):
        """The bytes of a file, piece by piece."""
        try:
            with open(os.path.join(self.root, path), "rb") as file:
                while True:
                    chunk = file.read(CHUNK)
                    if not chunk:
                        return
                    yield chunk
        except OSError as error:
            raise Fault(error.strerror or "the file can't be read", "file/unreadable")


Entry = namedtuple("Entry", "name flags method when crc packed size offset special stuffed unclear")
EntryData = namedtuple("EntryData", "start entry")
LARGEST = 2**53 - 1
# Extra fields that common programs write: times and owners. They change nothing of a file's content.
HARMLESS = {0x000a, 0x5455, 0x5855, 0x7855, 0x7875}
ENCRYPTED, KNOWN_FLAGS = 0x2041, 0x080e


class Extra:
    """The extra fields of a header. `stuffed`: there is room for bytes that belong to no file; `twice`: a field is."""

    def __init__(self, data):
        self.wide, self.stuffed, self.twice = b"", False, False
        numbers, at = set(), 0
        while at + 4 <= len(data):
            number, length = struct.unpack_from("<2H", data, at)
            if at + 4 + length > len(data):
                break
            self.twice = self.twice or number in numbers
            numbers.add(number)
            if number == 1:
                self.wide = data[at + 4:at + 4 + length]
            elif number not in HARMLESS or length > 32:
                self.stuffed = True
            at += 4 + length
        self.stuffed = self.stuffed or at != len(data)

    def widen(self, value):
        """A number of 32 bits, or the next one of the ZIP64 field if it is all ones."""
        if value != 0xffffffff:
            return value
        if len(self.wide) < 8:
            raise Fault("a ZIP64 field is missing")
        value, self.wide = struct.unpack("<Q", self.wide[:8])[0], self.wide[8:]
        if value > LARGEST:
            raise Fault("a size or place beyond 2^53-1")
        return value


class Zip(Container):
    """A package as a ZIP (APPNOTE.TXT), read as its central directory lists it (section "Verification").

    Without a central directory to go by it is Unreadable. Beyond that, every byte must belong to something: local
    headers with their data, one after the other from the first byte, then the central directory, then the end
    record(s). Both headers of a file must say the same.
    """

    def __init__(self, file, report):
        super().__init__(report)
        self.file = file
        self.length = file.seek(0, os.SEEK_END)
        try:
            start, size, number = self.parse_end()
            entries = self.parse_directory(self.at(start, size), number)
        except (Fault, struct.error) as error:
            raise Unreadable("not a ZIP to go by: %s" % error)
        seen, position = {}, 0
        for entry in sorted(entries, key=lambda entry: entry.offset):
            position = self.take(entry, position, start, seen)
        if position not in (None, start):
            report("container/hidden-bytes", "package", "bytes before the central directory belong to no file")

    def at(self, offset, length):
        """Bytes of the ZIP."""
        if offset < 0 or offset + length > self.length:
            raise Fault("a record lies outside of the ZIP")
        self.file.seek(offset)
        return self.file.read(length)

    def parse_end(self):
        """The last end record, and that of ZIP64 if it asks for it: (offset, size, entries) of the directory."""
        tail_at = max(0, self.length - 65557)
        tail = self.at(tail_at, self.length - tail_at)
        found = tail.rfind(b"PK\5\6", 0, max(0, len(tail) - 18))
        if found < 0:
            raise Fault("there is no end record")
        disk, first_disk, here, number, size, start, comment = struct.unpack("<4H2LH", tail[found + 4:found + 22])
        if disk or first_disk:
            raise Fault("it has several parts")
        if here != number:
            self.report("container/malformed", "package", "the end record counts otherwise for this disk")
        if found + 22 + comment != len(tail):
            self.report("container/malformed", "package", "the comment has another length than stated")
        if found + 22 != len(tail):
            self.report("container/hidden-bytes", "package", "a comment, or bytes after the end of the ZIP")
        end, small = tail_at + found, (number, size, start)
        locator = self.at(end - 20, 20) if end >= 20 else b""
        if locator[:4] == b"PK\6\7":
            _, disk, at, disks = struct.unpack("<LLQL", locator)
            if disk or disks != 1:
                raise Fault("it has several parts")
        if number != 0xffff and size != 0xffffffff and start != 0xffffffff:
            if locator[:4] == b"PK\6\7":
                self.report("container/malformed", "package", "a ZIP64 locator that nothing needs")
        elif locator[:4] != b"PK\6\7":
            raise Fault("a ZIP64 end record is missing")
        else:
            if at + 56 != end - 20:
                raise Fault("a ZIP64 end record that is not just before its locator")
            signature, length, _, _, disk, first_disk, here, number, size, start = struct.unpack(
                "<LQ2H2L4Q", self.at(at, 56))
            if signature != 0x06064b50 or length != 44 or disk or first_disk or \
                    max(here, number, size, start) > LARGEST:
                raise Fault("a ZIP64 end record that is not one")
            differ = any(of not in (wide, ones) for of, wide, ones in zip(
                small, (number, size, start), (0xffff, 0xffffffff, 0xffffffff)))
            if here != number or differ:
                self.report("container/malformed", "package", "two end records that differ")
            end = at
        if start + size != end or number > 2000000 or number * 46 > size:
            raise Fault("the central directory is not where the end record says, or has another size")
        return start, size, number

    @staticmethod
    def parse_directory(data, number):
        """The entries of the central directory, which must use it up."""
        entries, at = [], 0
        for _ in range(number):
            (signature, _, _, flags, method, when, crc, packed, size, name_length, extra_length, comment_length, disk,
             _, attributes, offset) = struct.unpack_from("<L4H4L5H2L", data, at)
            name_end = at + 46 + name_length
            if signature != 0x02014b50 or name_end + extra_length + comment_length > len(data):
                raise Fault("an entry of the central directory that is not one")
            if method not in (0, 8):
                raise Fault("a file that is neither stored nor deflated")
            name, extra = data[at + 46:name_end], Extra(data[name_end:name_end + extra_length])
            size, packed, offset = extra.widen(size), extra.widen(packed), extra.widen(offset)
            folder = name.endswith(b"/")
            usual = (0, stat.S_IFDIR if folder else stat.S_IFREG)
            special = attributes & (0x08 if folder else 0x18) or stat.S_IFMT(attributes >> 16) not in usual
            unclear = disk or flags & ~(KNOWN_FLAGS | ENCRYPTED) or extra.twice or extra.wide
            entries.append(Entry(name, flags, method, when, crc, packed, size, offset, special,
                                 extra.stuffed or comment_length, unclear))
            at = name_end + extra_length + comment_length
        if at != len(data):
            raise Fault("the central directory is longer than its entries")
        return entries

    def take(self, entry, position, limit, seen):
        """Check an entry that should begin at a position; where the next one should, None if that is not known."""
        try:
            path = entry.name.decode("utf-8")
            safe = portable(path[:-1] if path.endswith("/") else path)
        except UnicodeDecodeError:
            path, safe = entry.name.decode("latin-1"), False
        if not safe:
            self.report("container/path-unsafe", path)
        if position not in (None, entry.offset):
            self.report("container/hidden-bytes", path, "it should begin at byte %d" % position)
        try:
            start, end, stuffed = self.parse_local(entry, limit)
        except (Fault, struct.error) as error:
            self.report("container/entry-differs", path, str(error))
            return None
        if entry.stuffed or stuffed:
            self.report("container/hidden-bytes", path, "a comment or extra fields that no package needs")
        if entry.unclear:
            self.report("container/entry-differs", path, "it can be read in different ways")
        if entry.flags & ENCRYPTED:
            self.report("container/encrypted", path)
        elif entry.special:
            self.report("container/not-a-file", path)
        self.check_name(path, seen)
        if not path.endswith("/"):
            self.members.setdefault(path, EntryData(start, entry))
        elif entry.size or entry.packed:
            self.report("container/hidden-bytes", path, "a folder with content")
        return end

    def parse_local(self, entry, limit):
        """Compare a local header with the central directory: (first byte of the data, byte after all, stuffed)."""
        if entry.offset + 30 > limit:
            raise Fault("its local header is not before the central directory")
        signature, _, flags, method, when, crc, packed, size, name_length, extra_length = struct.unpack(
            "<L3H4L2H", self.at(entry.offset, 30))
        start = entry.offset + 30 + name_length + extra_length
        end = start + entry.packed
        if signature != 0x04034b50 or end > limit:
            raise Fault("no file is where the central directory says")
        header = self.at(entry.offset + 30, name_length + extra_length)
        extra = Extra(header[name_length:])
        size, packed = extra.widen(size), extra.widen(packed)
        if (flags, method, when, header[:name_length]) != (entry.flags, entry.method, entry.when, entry.name):
            raise Fault("its two headers differ")
        later = flags & 8 and crc == 0 and packed in (0, entry.packed) and size in (0, entry.size)
        if (crc, packed, size) != (entry.crc, entry.packed, entry.size) and not later:
            raise Fault("its two headers differ in CRC-32 or sizes")
        if extra.twice or extra.wide:
            raise Fault("its local header can be read in different ways")
        return start, self.skip_descriptor(entry, end, limit) if flags & 8 else end, extra.stuffed

    def skip_descriptor(self, entry, at, limit):
        """Where the data descriptor after a file ends: with or without the usual mark, its sizes of 4 or 8 bytes."""
        data = self.at(at, min(24, limit - at))
        for mark in (b"PK\7\x08", b""):
            for width in "LQ":
                try:
                    expected = mark + struct.pack("<L2" + width, entry.crc, entry.packed, entry.size)
                except struct.error:  # a size that does not fit into 4 bytes
                    continue
                if data.startswith(expected):
                    return at + len(expected)
        raise Fault("its data descriptor says something else")

    def check_name(self, path, seen):
        """Tell about names that are equal up to case or Unicode form, and files that are also folders."""
        folded = unicodedata.normalize("NFKC", path.rstrip("/") if path.endswith("/") else path).lower()
        parts = [folded] if len(path) > 200 else folded.split("/")
        clash = False
        for number in range(1, len(parts) + 1):
            name, folder = "/".join(parts[:number]), number < len(parts) or path.endswith("/")
            clash = clash or name in seen and not (seen[name] and folder)
            seen[name] = folder
        if clash:
            self.report("container/path-twice", path)

    def size(self, path):
        """The size that is stated for a file."""
        return self.members[path].entry.size

    def chunks(self, path):
        """The bytes of a file, piece by piece; Fault if they are not those that the directory describes."""
        start, entry = self.members[path]
        if entry.flags & ENCRYPTED:
            raise Fault("it is encrypted", "file/unreadable")
        crc, total = 0, 0
        for chunk in self.inflate(start, entry):
            crc, total = zlib.crc32(chunk, crc), total + len(chunk)
            if total > entry.size:
                raise Fault("more bytes than stated", "file/unreadable")
            yield chunk
        if total != entry.size or crc != entry.crc:
            raise Fault("its check sum or size is not the one stated", "file/unreadable")

    def inflate(self, start, entry):
        """The raw bytes of an entry by its method: 0 stored, 8 deflated."""
        inflater = zlib.decompressobj(-15) if entry.method == 8 else None
        position, end = start, start + entry.packed
        while position < end:
            data = self.at(position, min(CHUNK, end - position))
            position += len(data)
            if not inflater:
                yield data
                continue
            while data and not inflater.eof:
                try:
                    chunk = inflater.decompress(data, CHUNK)
                except zlib.error:
                    raise Fault("its compressed bytes are damaged", "file/unreadable")
                data = inflater.unconsumed_tail
                if chunk:
                    yield chunk
            if inflater.eof and (inflater.unused_data or position < end):
                raise Fault("bytes after the end of its compressed data", "file/unreadable")
        while inflater and not inflater.eof:
            chunk = inflater.decompress(b"", CHUNK)
            if not chunk:
                raise Fault("its compressed bytes stop before their end", "file/unreadable")
            yield chunk


# ---------------------------------------------------------------------------------------------------------------------
# Section "Package", paragraph "Signature": SSHSIG, and the reader's list of trusted keys


def ssh_strings(data, number):
    """A number of strings of the SSH wire format, which must use up the data."""
    strings = []
    for _ in range(number):
        length = struct.unpack(">L", data[:4])[0] if len(data) >= 4 else 1 << 32
        if length > len(data) - 4:
            raise Fault("a string runs past the end")
        strings.append(data[4:4 + length])
        data = data[4 + length:]
    if data:
        raise Fault("bytes after the end")
    return strings


def ssh_key(blob):
    """The 32 bytes of an ssh-ed25519 key."""
    kind, key = ssh_strings(blob, 2)
    if kind != b"ssh-ed25519" or len(key) != 32:
        raise Fault("not an Ed25519 key")
    return key


def parse_sshsig(armoured):
    """(public key, namespace, signature) of an armoured SSH signature; Fault unless it is of the one form allowed."""
    match = re.fullmatch(rb"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{70}\n)*[A-Za-z0-9+/=]{1,70}\n)"
                         rb"-----END SSH SIGNATURE-----\n", armoured)
    if not match:
        raise Fault("not an armoured signature in lines of 70 characters")
    data = unbase64(match.group(1).replace(b"\n", b"").decode())
    if data[:10] != b"SSHSIG\0\0\0\1":
        raise Fault("not a signature of version 1")
    key, namespace, reserved, algorithm, signature = ssh_strings(data[10:], 5)
    kind, value = ssh_strings(signature, 2)
    if reserved or algorithm != b"sha512" or kind != b"ssh-ed25519" or namespace != b"caisey-handoff":
        raise Fault("a signature by another algorithm or for another use")
    return ssh_key(key), namespace, value


def sshsig_message(namespace, message):
    """What an SSH signature over a message signs."""
    def text(data):
        return struct.pack(">L", len(data)) + data
    return b"SSHSIG" + text(namespace) + text(b"") + text(b"sha512") + text(hashlib.sha512(message).digest())


def fingerprint(public):
    """The fingerprint of a key as ssh-keygen shows it."""
    blob = struct.pack(">L11sL32s", 11, b"ssh-ed25519", 32, public)
    return "SHA256:" + base64.b64encode(sha256(blob)).decode().rstrip("=")


class Signers:
    """The keys that the reader trusts: verifier keys, or lines of an OpenSSH allowed_signers file, one a line.

    Trust is in a key, not in a name. Keys of other types, certificate authorities, and keys for other namespaces are
    passed over; a line that limits a key in another way is refused, as nobody would check the limit.
    """

    LINE = re.compile(r'(?:"[^"]+"|[^\s"]+)\s+(?:((?:[^\s"]|"[^"]*")+)\s+)?([a-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?:\s.*)?')

    def __init__(self, text):
        self.keys = set()
        for line in text.split("\n"):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            try:
                if re.fullmatch(KEY_NAME + r"\+\S+", line):
                    self.keys.add(parse_verifier_key(line, (1,)).public)
                    continue
                match = self.LINE.fullmatch(line)
                if not match:
                    raise Fault("not principals, options, key type and key")
                options, kind, blob = match.groups()
                if self.may_sign(options or "") and kind == "ssh-ed25519":
                    self.keys.add(ssh_key(unbase64(blob)))
            except Fault as fault:
                raise Unreadable("the file of trusted keys has a line that can't be used: %s" % fault)

    @staticmethod
    def may_sign(options):
        """Whether a key with these options may sign packages. Patterns have `*` and `?`, and `!` in front to refuse."""
        may = True
        for option in re.findall('(?:[^,"]|"[^"]*")+', options):
            namespaces = re.fullmatch('namespaces="([^"]*)"', option, re.I)
            if option.lower() == "cert-authority":
                may = False
            elif not namespaces:
                raise Fault("an option that this program does not know")
            else:
                hits = [part.startswith("!") for part in namespaces.group(1).split(",") if re.fullmatch(
                    re.escape(part.lstrip("!")).replace(r"\*", ".*").replace(r"\?", "."), "caisey-handoff")]
                may = may and bool(hits) and not any(hits)
        return may

    def trust(self, public):
        """Whether the reader trusts this key."""
        return public in self.keys


# ---------------------------------------------------------------------------------------------------------------------
# Section "Package", paragraph "Time stamps": RFC 3161 with a small DER reader; openssl does the public-key part

OID = {name: bytes.fromhex(value) for name, value in {
    "signedData": "2a864886f70d010702", "TSTInfo": "2a864886f70d0109100104", "sha256": "608648016503040201",
    "contentType": "2a864886f70d010903", "signingCertificateV2": "2a864886f70d010910022f",
    "extendedKeyUsage": "551d25", "timeStamping": "2b06010505070308"}.items()}
Node = namedtuple("Node", "tag body raw")


def der(data):
    """The DER values that a byte string holds one after the other."""
    nodes = []
    while data:
        if len(data) < 2 or data[0] & 31 == 31:
            raise Fault("not DER")
        length, head = data[1], 2
        if length >= 128:
            head = 2 + (length & 127)
            length = int.from_bytes(data[2:head], "big")
            if head == 2 or head > 6 or len(data) < head or length < 128 or data[2] == 0:
                raise Fault("not DER")
        if head + length > len(data):
            raise Fault("not DER")
        nodes.append(Node(data[0], data[head:head + length], data[:head + length]))
        data = data[head + length:]
    return nodes


def children(node, *tags):
    """The values inside a constructed one, of which the first must have these tags."""
    nodes = der(node.body)
    if len(nodes) < len(tags) or any(child.tag != tag for child, tag in zip(nodes, tags)):
        raise Fault("a time stamp whose parts are not in their places")
    return nodes


def only(nodes, tag, what):
    """The only member of a list, which must have this tag."""
    if len(nodes) != 1 or nodes[0].tag != tag:
        raise Fault("not exactly one " + what)
    return nodes[0]


def parse_token(response, stamped):
    """(token, signer's certificate, all certificates, genTime in seconds), all checked but signature and trust."""
    status, token = children(only(der(response), 0x30, "response"), 0x30, 0x30)
    if children(status, 0x02)[0].body not in (b"\0", b"\1"):
        raise Fault("the authority did not grant it")
    kind, signed = children(token, 0x06, 0xa0)
    if kind.body != OID["signedData"]:
        raise Fault("not signed data")
    parts = children(only(der(signed.body), 0x30, "signed data"), 0x02, 0x31, 0x30)
    kind, content = children(parts[2], 0x06, 0xa0)
    if kind.body != OID["TSTInfo"]:
        raise Fault("not a time stamp")
    info = only(der(only(der(content.body), 0x04, "content").body), 0x30, "content")
    _, _, imprint, _, when = children(info, 0x02, 0x06, 0x30, 0x02, 0x18)[:5]
    algorithm, value = children(imprint, 0x30, 0x04)
    if children(algorithm, 0x06)[0].body != OID["sha256"] or value.body != sha256(stamped):
        raise Fault("its imprint is not the SHA-256 of the file")
    match = re.fullmatch(rb"([0-9]{14})(\.[0-9]+)?Z", when.body)
    try:
        seconds = calendar.timegm(datetime.datetime.strptime(match.group(1).decode(), "%Y%m%d%H%M%S").timetuple())
    except (AttributeError, ValueError):
        raise Fault("its time is not one")
    certificates = [node.raw for part in parts[3:] if part.tag == 0xa0 for node in der(part.body) if node.tag == 0x30]
    signer = only(der(only(parts[-1:], 0x31, "list of signers").body), 0x30, "signer")
    attributes = {}
    for attribute in der(children(signer, 0x02, 0x30, 0x30, 0xa0)[3].body):
        name, values = children(attribute, 0x06, 0x31)
        if name.body in attributes:
            raise Fault("a signed attribute is there twice")
        attributes[name.body] = values
    if OID["contentType"] not in attributes or only(
            der(attributes[OID["contentType"]].body), 0x06, "content type").body != OID["TSTInfo"]:
        raise Fault("its signed content type is another")
    if OID["signingCertificateV2"] not in attributes:
        raise Fault("it does not say which certificate signed it")
    signing = only(der(attributes[OID["signingCertificateV2"]].body), 0x30, "signing certificate")
    certificate_id = children(children(children(signing, 0x30)[0], 0x30)[0])
    if certificate_id[0].tag == 0x30:  # the hash algorithm may be left out when it is SHA-256
        if children(certificate_id.pop(0), 0x06)[0].body != OID["sha256"]:
            raise Fault("it names its certificate by another hash than SHA-256")
    certificate = [raw for raw in certificates if sha256(raw) == certificate_id[0].body]
    if not certificate:
        raise Fault("the certificate that signed it is not inside")
    check_key_usage(certificate[0])
    return token.raw, certificate[0], certificates, seconds


def check_key_usage(certificate):
    """Fault unless the extended key usage of a certificate is critical and is time stamping alone."""
    body = children(only(der(certificate), 0x30, "certificate"), 0x30)[0]
    for part in der(body.body):
        if part.tag != 0xa3:
            continue
        for extension in der(only(der(part.body), 0x30, "list of extensions").body):
            values = children(extension, 0x06)
            if values[0].body != OID["extendedKeyUsage"]:
                continue
            uses = der(only(der(values[-1].body), 0x30, "key usage").body)
            if len(values) == 3 and values[1].raw == b"\x01\x01\xff" and [use.body for use in uses] == [
                    OID["timeStamping"]]:
                return
    raise Fault("its certificate is not for time stamps alone")


def openssl(folder, *arguments):
    """Run openssl in a folder: whether it succeeded. OSError if it is not installed."""
    return subprocess.run(("openssl",) + arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE).returncode == 0


def pem(*certificates):
    """Certificates as PEM."""
    return b"".join(b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(raw) + b"-----END CERTIFICATE-----\n"
                    for raw in certificates)


def check_token(response, stamped, authorities):
    """(finding code, detail) for a time stamp over some bytes."""
    try:
        token, signer, certificates, seconds = parse_token(response, stamped)
    except (Fault, struct.error, IndexError, ValueError) as error:
        return "time/token-bad", str(error)
    when = "at " + utc(seconds)
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("token", token), ("signer.pem", pem(signer)), ("others.pem", pem(*certificates))):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        try:
            if not subprocess.run(("openssl", "version"), stdout=subprocess.PIPE).stdout.startswith(b"OpenSSL "):
                return "time/token-not-checked", "the openssl command is another program of that name"
            # The signature, by the certificate that the token names and no other. Trust in it is another question.
            if not openssl(folder, "cms", "-verify", "-inform", "DER", "-in", "token", "-binary", "-noverify",
                           "-nointern", "-certfile", "signer.pem", "-out", "content"):
                return "time/token-bad", "its signature does not hold"
            if not authorities:
                return "time/token-unknown", when
            # A chain to a certificate of the reader's, valid at the time that the token states; no system store.
            if openssl(folder, "verify", "-purpose", "timestampsign", "-attime", str(seconds), "-partial_chain",
                       "-no-CApath", "-no-CAstore", "-CAfile", os.path.abspath(authorities), "-untrusted",
                       "others.pem", "signer.pem"):
                return "time/token", when
            return "time/token-not-trusted", when
        except OSError:
            return "time/token-not-checked", "the openssl command is not there"


def utc(seconds):
    """A time of day in UTC for people."""
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "second %d" % seconds


# ---------------------------------------------------------------------------------------------------------------------
# Section "handoff.json"


def words(value):
    """The shape of text for people: a string of at most 200,000 UTF-16 code units."""
    return string(value) and len(value.encode("utf-16-be", "surrogatepass")) <= 400000


HANDOFF = {
    "format": one_of("caisey-package/1"), "handoff": one_id("hnd"), "replaces?": HASH, "created": TIME,
    "generator": record({"version": string, "viewer": HASH}),
    "from": record({"organization": words, "key": ORGANISATION_KEY}), "to": record({"name": words}),
    "client": record({"group": one_id("grp"), "name": words}), "period": record({"from": TIME, "to": TIME}),
    "letter": words,
    "endpoints": list_of(record({"endpoint": one_id("end"), "name": words, "key": string})),
    "sessions": list_of(record({
        "session": one_id("ses"), "endpoint": one_id("end"), "leaf": count, "title": words, "tags": list_of(string),
        "opened": TIME, "closed": TIME, "mode": MODE, "outcome": OUTCOME, "entries": count, "commands": count,
        "approvals": count, "redactedLines": count, "note": words, "todo": list_of(words),
        "reviewedBy": words, "reviewedAt": TIME})),
    "log": record({"size": count, "omitted": list_of(record({
        "leaf": count,
        "reason": one_of("outside-period", "not-selected", "privileged", "other-endpoint")}))}),
}


def parse_handoff(data):
    """The description of the package; Fault unless it is written as it must be."""
    if not data.endswith(b"\n"):
        raise Fault("it does not end with LF")
    value = parse_canonical(data[:-1])
    known = {name.rstrip("?") for name in HANDOFF}
    for name in sorted(set(value) - known):
        raise Fault("unknown field '%.40s'" % name)
    for name, shape in HANDOFF.items():
        if name.rstrip("?") not in value:
            if not name.endswith("?"):
                raise Fault("no field '%s'" % name)
        elif not shape(value[name.rstrip("?")]):
            raise Fault("the field '%s' has another form" % name)
    for name, key in (("endpoints", "endpoint"), ("sessions", "session")):
        if len({item[key] for item in value[name]}) != len(value[name]):
            raise Fault("an id is there twice in '%s'" % name)
    return value


DISCLOSURE = record({
    "format": one_of("caisey-disclosure/1"), "handoff": one_id("hnd"), "session": one_id("ses"), "seq": count,
    "field": string, "line": count, "made": TIME, "revealed": record({"salt": string, "line": line_string})})


def parse_disclosure(data):
    """A disclosure. One that is not written as it must be says nothing of the package: Unreadable."""
    try:
        if not data.endswith(b"\n"):
            raise Fault("it does not end with LF")
        value = parse_canonical(data[:-1])
        if not DISCLOSURE(value) or len(unbase64(value["revealed"]["salt"])) != 16:
            raise Fault("fields that are missing, unknown or of another form")
        return value
    except Fault as fault:
        raise Unreadable("the disclosure can't be read: %s" % fault)


# ---------------------------------------------------------------------------------------------------------------------
# Section "Verification"

SIGNATURE = "tagmanifest-sha256.txt.sig"
RECORDS = "data/records/"
SESSIONS = RECORDS + "sessions/"
KINDS_OF_FILE = (".entries.jsonl", ".text.jsonl", ".checkpoint")
WHITE = "[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
UNLISTED = ("tagmanifest-sha256.txt", SIGNATURE, SIGNATURE + ".tsr")  # the only files that no list has


class Verification:
    """One verification of one package: answers the four questions by findings."""

    def __init__(self, path, signers=None, authorities=None, disclosure=None):
        """`path`: of a ZIP or a folder, or a ZIP in memory."""
        self.findings, self.more = {}, {}
        self.signers, self.authorities, self.disclosure = signers, authorities, disclosure
        self.revealed = None
        self.logs = {}  # session: what its entry `opened` says of the group log, and whether the machine signed that
        if isinstance(path, io.BytesIO):
            self.run(Zip(path, self.report))
        elif os.path.isdir(path):
            self.run(Folder(path, self.report))
        else:
            try:
                file = open(path, "rb")
            except OSError as error:
                raise Unreadable("it can't be opened: %s" % (error.strerror or error))
            with file:
                self.run(Zip(file, self.report))

    def report(self, code, subject="", detail=""):
        """Add a finding. A second one of the same code and subject is only counted."""
        if (code, subject) in self.findings:
            self.more[code, subject] = self.more.get((code, subject), 0) + 1
        else:
            self.findings[code, subject] = detail

    def failed(self, *prefixes, subject=None):
        """Whether there is a finding of status failed whose code starts so."""
        return any(CODES[code][1] == "failed" and code.startswith(prefixes) and subject in (None, of)
                   for code, of in self.findings)

    def result(self):
        """The findings in the order of the four questions."""
        order = ["intact", "origin", "time", "complete"]
        rows = []
        for (code, subject), detail in self.findings.items():
            again = self.more.get((code, subject))
            rows.append({"code": code, "status": CODES[code][1], "subject": subject,
                         "detail": detail + (" (and %d more)" % again if again else "")})
        return sorted(rows, key=lambda row: order.index(CODES[row["code"]][0]))

    def run(self, container):
        """All checks, in the order of the questions. A check goes on after a failure as far as it has what it needs."""
        self.container = container
        if "tagmanifest-sha256.txt" not in container.members:
            raise Unreadable("it is not a package: it has no tagmanifest-sha256.txt")
        self.check_bag()
        self.handoff = self.chain = None
        try:
            self.handoff = parse_handoff(self.read(RECORDS + "handoff.json"))
        except Fault as fault:
            self.report("handoff/malformed", RECORDS + "handoff.json", str(fault))
        if self.handoff:
            self.chain = self.check_statements(parse_verifier_key(self.handoff["from"]["key"], (1,)))
        self.check_signature()
        if self.handoff:
            leaves = self.check_group()
            self.check_records_listed()
            for row in self.handoff["sessions"]:
                self.check_session(row, leaves)
            self.check_complete(leaves)
        self.check_time_stamp(SIGNATURE)
        self.check_time_stamp(RECORDS + "group.checkpoint")
        if self.disclosure is not None:
            self.check_disclosure()

    def has(self, path):
        """Whether the package has this file."""
        return path in self.container.members

    def read(self, path):
        """A whole file; Fault if it is missing. Damage is reported as such as well."""
        if not self.has(path):
            raise Fault("it is not there")
        try:
            return self.container.read(path)
        except Fault as fault:
            if fault.code:
                self.report(fault.code, path, str(fault))
            raise

    # Question 1, Intact: the bag

    def check_bag(self):
        """Paragraph "Manifests": both manifests, every file with its digest and nothing else, and Payload-Oxum."""
        listed, unknown = {}, set()
        for name, payload in (("tagmanifest-sha256.txt", False), ("manifest-sha256.txt", True)):
            try:
                listed.update(self.parse_manifest(self.read(name), payload))
            except Fault as fault:
                unknown.add(payload)  # every file that this list should name would seem added
                self.report("bag/malformed", name, str(fault))
        for path in sorted(set(self.container.members) | set(listed)):
            if not self.has(path):
                self.report("file/missing", path)
                continue
            digest = self.digest(path)  # of every file: one that can't be read is told, listed or not
            if path in listed:
                if digest not in (None, listed[path]):
                    self.report("file/changed", path)
            elif path not in UNLISTED and path.startswith("data/") not in unknown:
                self.report("file/extra", path)
        payload = [self.container.size(path) for path in self.container.members if path.startswith("data/")]
        self.check_bag_declaration("%d.%d" % (sum(payload), len(payload)))
        if not self.failed("container/", "file/", "bag/"):
            self.report("files/intact", "package", "%d files" % len(self.container.members))

    def digest(self, path):
        """SHA-256 of a file in hexadecimal; None if it can't be read."""
        digest = hashlib.sha256()
        try:
            for chunk in self.container.chunks(path):
                digest.update(chunk)
        except Fault as fault:
            self.report(fault.code, path, str(fault))
            return None
        return digest.hexdigest()

    @staticmethod
    def parse_manifest(data, payload):
        """{path: digest}. Strictly ascending by path, paths below data/ or not, none that the list leaves out."""
        rows, last = {}, ""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Fault("it is not UTF-8")
        if text and not text.endswith("\n"):
            raise Fault("the last row does not end with LF")
        for number, row in enumerate(text.split("\n")[:-1], 1):
            match = re.fullmatch("([0-9a-f]{64})  (.+)", row)
            path = match.group(2) if match else ""
            if not portable(path):
                raise Fault("row %d is not a digest and a path" % number)
            if path <= last:
                raise Fault("row %d is not in order" % number)
            if path.startswith("data/") != payload or path in UNLISTED:
                raise Fault("row %d belongs into another list, or into none" % number)
            rows[path], last = match.group(1), path
        return rows

    def check_bag_declaration(self, oxum):
        """bagit.txt and bag-info.txt."""
        try:
            if self.read("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
                raise Fault("it is not the declaration of BagIt 1.0")
        except Fault as fault:
            self.report("bag/malformed", "bagit.txt", str(fault))
        try:
            text, stated = self.read("bag-info.txt").decode("utf-8"), []
            if not text.endswith("\n"):
                raise Fault("the last line does not end with LF")
            for line in text[:-1].split("\n"):
                match = re.fullmatch("([A-Za-z][A-Za-z0-9-]*): (.*)", line)
                if not match or match.group(2) != re.sub(WHITE + "+", " ", match.group(2)).strip(" "):
                    raise Fault("a line is not a label, a colon, a space and a value")
                stated += [match.group(2)] if match.group(1) == "Payload-Oxum" else []
            if len(stated) > 1:
                raise Fault("it has more than one Payload-Oxum")
            if stated != [oxum]:
                self.report("bag/count-differs", "bag-info.txt", "%s is there" % oxum)
        except (Fault, UnicodeDecodeError) as error:
            self.report("bag/malformed", "bag-info.txt", str(error))

    # Question 2, Origin

    def check_statements(self, last):
        """Paragraph "Change of keys": the keys of the chain, oldest first, the key of handoff.json last."""
        names = sorted(path for path in self.container.members if re.fullmatch(RECORDS + "keys/[0-9]{4}[.]note", path))
        chain, path, times = [], "", []
        try:
            for number, path in enumerate(names, 1):
                if path != RECORDS + "keys/%04d.note" % number:
                    raise Fault("statements are not numbered from 1")
                text, signatures = parse_note(self.read(path))
                lines = text.decode().split("\n")
                if len(lines) != 5 or lines[0] != "caisey-key/1":
                    raise Fault("not a statement of four lines")
                old, new = parse_verifier_key(lines[1], (1,)), parse_verifier_key(lines[2], (1,))
                parse_time(lines[3])
                times.append(lines[3])
                if old.name != new.name:
                    raise Fault("the new key has another name")
                if note_signature(text, signatures, old) is not True:
                    raise Fault("the old key did not sign it")
                chain.append((old, new))
            path = RECORDS + "handoff.json"
            times.append(self.handoff["created"])
            if times != sorted(times):
                raise Fault("the times of statements go back, or are later than the package")
            for (_, new), (old, _) in zip(chain, chain[1:] + [(last, None)]):
                if new != old:
                    raise Fault("a new key is not the old key of the next statement, or not the key of handoff.json")
        except Fault as fault:
            self.report("origin/key-statement", path, str(fault))
            return [last]
        return [old for old, _ in chain] + [last]

    def check_signature(self):
        """Paragraph "Signature": whether it holds, is by the key of handoff.json, and by one that the reader trusts."""
        if not self.has(SIGNATURE):
            return self.report("origin/signature-missing", SIGNATURE)
        try:
            public, namespace, signature = parse_sshsig(self.read(SIGNATURE))
            if not ed25519_verify(public, sshsig_message(namespace, self.read("tagmanifest-sha256.txt")), signature):
                raise Fault("it does not hold")
        except Fault as fault:
            return self.report("origin/signature-bad", SIGNATURE, str(fault))
        detail = fingerprint(public)
        self.check_allowed_signers(public)
        chain = self.chain or []
        if self.chain and public != chain[-1].public:
            return self.report("origin/key-differs", RECORDS + "handoff.json", detail)
        if self.signers is None:
            self.report("origin/unknown", "package", detail)
        elif self.signers.trust(public):
            self.report("origin/trusted", "package", detail)
        elif any(self.signers.trust(key.public) for key in chain[:-1]):
            self.report("origin/trusted-before", "package", detail)
        else:
            self.report("origin/not-trusted", "package", detail)

    def check_allowed_signers(self, public):
        """The packed allowed_signers, if there is one, is one line that names the key that signed."""
        if not self.has("allowed_signers"):
            return
        try:
            line = re.fullmatch(rb'[$-)\-->@-\[\]-~]{1,200} namespaces="caisey-handoff" ssh-ed25519 ([A-Za-z0-9+/=]+)\n',
                                self.read("allowed_signers"))
            if not line or ssh_key(unbase64(line.group(1).decode())) != public:
                raise Fault("it is not one line with the key that signed")
        except Fault as fault:
            self.report("origin/key-differs", "allowed_signers", str(fault))

    def open_checkpoint(self, path, subject):
        """The checkpoint that one key of the chain signed, and no other key of it wrongly. None if that is not so.

        Who signed is asked first: what nobody signed is not read. Fault if it is malformed, or one key signed twice.
        """
        note = parse_note(self.read(path))
        results = [note_signature(*note, key) for key in self.chain]
        if True in results and False not in results:
            return parse_checkpoint(note)
        self.report("origin/checkpoint-signature", subject)
        return None

    # Section "Group log"

    def check_group(self):
        """The leaves of the group log, None if they can't be read."""
        path, leaves, tree = RECORDS + "group.leaves", [], Tree()
        try:
            if not self.has(path):
                raise Fault("it is not there")
            for line in self.container.lines(path):
                if not re.fullmatch(rb"[0-9a-f]{64}", line):
                    raise Fault("line %d is not a hash" % (len(leaves) + 1))
                leaves.append(bytes.fromhex(line.decode()))
                tree.add(leaves[-1])
        except Fault as fault:
            self.report("group/malformed", path, str(fault))
            return None
        path = RECORDS + "group.checkpoint"
        try:
            checkpoint = self.open_checkpoint(path, path)
            if checkpoint and (checkpoint.origin, checkpoint.size, checkpoint.root) != (
                    "%s/group/%s" % (self.chain[-1].name, self.handoff["client"]["group"]), tree.size, tree.root()):
                self.report("group/root-differs", path)
        except Fault as fault:
            self.report("group/malformed", path, str(fault))
        return leaves

    def check_complete(self, leaves):
        """Question 4, Complete: each leaf is a session of the package, or is listed as left out, and only once."""
        omitted = [item["leaf"] for item in self.handoff["log"]["omitted"]]
        if leaves is None:
            return
        self.check_history(leaves)
        if omitted:
            self.report("complete/omitted", "package", "%d" % len(omitted))
        path, places = RECORDS + "group.leaves", set()
        for leaf, subject in [(row["leaf"], row["session"]) for row in self.handoff["sessions"]] + [
                (leaf, path) for leaf in omitted]:
            if leaf >= len(leaves) or leaf in places:
                self.report("complete/unaccounted", subject, "leaf %d again, or past the end" % leaf)
            places.add(leaf)
        if len(places) != len(leaves) or self.handoff["log"]["size"] != len(leaves):
            self.report("complete/unaccounted", path, "%d leaves, %d accounted for" % (len(leaves), len(places)))
        if not self.failed("group/", "complete/unaccounted") and not self.failed(
                "origin/checkpoint-signature", subject=RECORDS + "group.checkpoint"):
            self.report("complete/accounted", "package", "%d sessions" % len(leaves))

    def check_history(self, leaves):
        """What each session's entry `opened` says of the log: its first leaves, and this session's own behind them."""
        sizes, roots, tree = {row["session"]: row["leaf"] for row in self.handoff["sessions"]}, {}, Tree()
        asked = {log["size"] for log, _ in self.logs.values()}
        for leaf in leaves + [None]:
            if tree.size in asked:
                roots[tree.size] = base64.b64encode(tree.root()).decode()
            if leaf is not None:
                tree.add(leaf)
        pinned = 0
        for session, (log, witnessed) in self.logs.items():
            if roots.get(log["size"]) != log["root"] or log["size"] > sizes[session]:
                self.report("group/history-differs", session, "it says that there were %d" % log["size"])
            elif witnessed:
                pinned = max(pinned, log["size"])
        if pinned:
            self.report("complete/pinned", "package", "the first %d of %d sessions" % (pinned, len(leaves)))

    # Section "Files of a session"

    def check_records_listed(self):
        """Every file below data/records/ is one of the package's own, or of a session that handoff.json lists."""
        own = {RECORDS + name for name in ("handoff.json", "group.checkpoint", "group.checkpoint.tsr", "group.leaves")}
        own |= {SESSIONS + row["session"] + kind for row in self.handoff["sessions"] for kind in KINDS_OF_FILE}
        for path in sorted(self.container.members):
            if path.startswith(RECORDS) and path not in own and not re.fullmatch(
                    RECORDS + "keys/[0-9]{4}[.]note", path):
                self.report("records/unlisted", path)

    def check_session(self, row, leaves):
        """All of one session: entries, tree, checkpoint, place in the group log, facts, texts, witness."""
        session = row["session"]
        paths = [SESSIONS + session + kind for kind in KINDS_OF_FILE]
        if not all(map(self.has, paths)):
            return self.report("records/missing", session)
        entries, tree, whole = self.read_entries(session, paths[0])
        references = References()
        astray = {entry["seq"]: why for entry in entries for why in [references.fault(entry)] if why}
        for number, why in astray.items():
            self.report("session/reference-wrong", session, "entry %d: %s" % (number, why))
        opened = entries[0] if entries else None
        if whole and not (entries and entries[-1]["kind"] == "closed"):
            self.report("complete/not-closed", session)
        if opened:
            self.check_identity(row, opened)
            if opened["mode"] == "imported":
                self.report("time/imported", session, "on " + opened["at"])
        elif whole:
            self.report("session/identity-differs", session, "there is no entry 'opened'")
        self.check_session_checkpoint(row, paths[2], tree if whole else None, opened, leaves)
        hidden, in_step = self.check_texts(session, paths[1], entries, whole)
        if whole and in_step and opened and entries[-1]["kind"] == "closed":
            self.check_facts(row, entries, hidden)
        self.check_raw_hidden(session, [entry for entry in entries if entry["seq"] not in astray], hidden)
        self.note_gaps(session, entries)
        holds = not self.failed("session/", "records/", "complete/", "origin/", "time/", subject=session)
        if holds:
            self.report("session/recomputed", session, "%d entries" % len(entries))
        if opened:
            self.logs[session] = opened["log"], holds and ("time/witnessed", session) in self.findings

    def read_entries(self, session, path):
        """(entries, tree, whether these are all): they are read up to the first that is not as it must be."""
        entries, tree, last = [], Tree(), None
        try:
            for number, line in enumerate(self.container.lines(path)):
                entry = parse_canonical(line)
                check_entry(entry, number, last)
                tree.add(leaf_hash(line))
                entries.append(entry)
                last = entry["kind"]
        except Fault as fault:
            code = fault.code if fault.code == "session/entry-order" else "session/entry-malformed"
            self.report(code, session, "entry %d: %s" % (len(entries), fault))
            return entries, tree, False
        return entries, tree, True

    def check_session_checkpoint(self, row, path, tree, opened, leaves):
        """Section "Session log": the organisation's signature, origin, size, root, leaf, the endpoint's cosignature.

        `tree` is None when not all entries could be read.
        """
        session = row["session"]
        try:
            checkpoint = self.open_checkpoint(path, session)
        except Fault as fault:
            return self.report("session/checkpoint-malformed", session, str(fault))
        if not checkpoint:
            return
        if checkpoint.origin != "%s/session/%s" % (self.chain[-1].name, session):
            self.report("session/identity-differs", session, "the checkpoint is of " + checkpoint.origin)
        if tree and (checkpoint.size, checkpoint.root) != (tree.size, tree.root()):
            self.report("session/root-differs", session)
        if leaves is not None and leaf_hash(checkpoint.body) not in leaves[row["leaf"]:row["leaf"] + 1]:
            self.report("group/leaf-differs", session, "leaf %d" % row["leaf"])
        if opened:
            self.check_witness(session, checkpoint, opened)

    def check_witness(self, session, checkpoint, opened):
        """The cosignature by the key that the entry `opened` names, which is none of the organisation's."""
        try:
            key = parse_verifier_key(opened["endpointKey"], (4,))
            if key.public in (of.public for of in self.chain):
                raise Fault("the machine has the organisation's own key")
            witnessed = note_signature(checkpoint.body, checkpoint.signatures, key)
            if witnessed is False:
                raise Fault("it does not hold")
        except Fault as fault:
            return self.report("time/cosignature-bad", session, str(fault))
        if witnessed is None:
            self.report("time/not-witnessed", session)
        else:
            self.report("time/witnessed", session, "at " + utc(witnessed))

    def check_texts(self, session, path, entries, whole):
        """({(seq, field): hidden lines}, whether there was a text for each commitment and no other).

        Entries and texts go side by side, up to where they are out of step: what comes after can't be told.
        """
        hidden, lines = {}, self.container.lines(path)
        try:
            for key in ((entry["seq"], field) for entry in entries for field in sorted(entry["text"])):
                where = "entry %d, %s" % key
                line = next(lines, None)
                if line is None:
                    self.report("session/text-missing", session, where)
                    return hidden, False
                value = parse_canonical(line)
                digests, items = parse_text(value)
                found = value["seq"], value["field"]
                if found != key:
                    code = "session/text-extra" if found < key else "session/text-missing"
                    self.report(code, session, "%s: there is one for entry %d, %.40s" % (where, *found))
                    return hidden, False
                if entries[key[0]]["text"][key[1]] != {"lines": len(digests), "root": text_root(digests).hex()}:
                    self.report("session/text-differs", session, where)
                hidden[key] = {line for line, item in enumerate(items) if "digest" in item}
                if key[1] == "raw" and not all(is_raw(item["line"]) for item in items if "line" in item):
                    self.report("session/text-malformed", session, where)
                wanted = self.disclosure
                if wanted and (wanted["session"], wanted["seq"], wanted["field"]) == (session,) + key:
                    self.revealed = items
            if whole and next(lines, None) is not None:
                self.report("session/text-extra", session, "a text after the last one")
        except Fault as fault:
            self.report("session/text-malformed", session, str(fault))
            return hidden, False
        finally:
            count_ = sum(map(len, hidden.values()))
            if count_:
                self.report("complete/hidden", session, "%d lines" % count_)
        return hidden, True

    def check_identity(self, row, opened):
        """Session, client, endpoint and the endpoint's key are those of the entry `opened`."""
        keys = {item["endpoint"]: item["key"] for item in self.handoff["endpoints"]}
        if (opened["session"], opened["group"], opened["endpoint"], opened["endpointKey"]) != (
                row["session"], self.handoff["client"]["group"], row["endpoint"], keys.get(row["endpoint"])):
            self.report("session/identity-differs", row["session"])

    def check_facts(self, row, entries, hidden):
        """Section "handoff.json": what a verifier must count again."""
        imported = entries[0]["mode"] == "imported"
        first, last = ((entry.get("seen") if imported else None) or entry["at"] for entry in (entries[0], entries[-1]))
        facts = {
            "entries": len(entries), "mode": entries[0]["mode"], "opened": first, "closed": last,
            "commands": sum(entry["kind"] == "command" for entry in entries),
            "approvals": sum(entry["kind"] == "approval.asked" for entry in entries),
            "redactedLines": sum(map(len, hidden.values())), "outcome": entries[-1]["outcome"],
        }
        for name, value in facts.items():
            if row[name] != value:
                self.report("session/facts-differ", row["session"], "%s is %s" % (name, value))

    def check_raw_hidden(self, session, entries, hidden):
        """"Why `raw` is a text": hash and length of a stream are not shown while a line of its output is hidden."""
        closed = {(entry["command"], entry["stream"]) for entry in entries
                  if entry["kind"] == "output" and hidden.get((entry["seq"], "output"))}
        for entry in entries:
            if entry["kind"] == "finished" and (entry["seq"], "raw") in hidden:
                for number, stream in enumerate(("stdout", "stderr")):
                    if (entry["command"], stream) in closed and number not in hidden[entry["seq"], "raw"]:
                        self.report("complete/hash-shown", session, "entry %d, %s" % (entry["seq"], stream))

    def note_gaps(self, session, entries):
        """What a reader must know of a session: gaps, and output that is not recorded."""
        for entry in entries:
            if entry["kind"] == "gap":
                self.report("complete/gap", session, "from %s to %s" % (entry["from"], entry["to"]))
            if entry["kind"] == "finished" and any(entry["cut"].values()):
                self.report("complete/cut", session, "entry %d" % entry["seq"])

    # Question 3, Time: time stamps

    def check_time_stamp(self, path):
        """Paragraph "Time stamps": the token beside a file, if there is one."""
        if not self.has(path + ".tsr"):
            return
        try:
            code, detail = check_token(self.read(path + ".tsr"), self.read(path), self.authorities)
            self.report(code, path + ".tsr", detail)
        except Fault as fault:
            self.report("time/token-bad", path + ".tsr", str(fault))

    # Section "Disclosures"

    def check_disclosure(self):
        """Whether the revealed line has the digest that the package has in that place."""
        value = self.disclosure
        subject = value["session"]
        where = "entry %d, %s, line %d" % (value["seq"], value["field"], value["line"])
        if self.handoff and value["handoff"] != self.handoff["handoff"]:
            return self.report("disclosure/other-package", subject, value["handoff"])
        items = self.revealed or []
        if value["line"] >= len(items) or "digest" not in items[value["line"]]:
            return self.report("disclosure/no-such-line", subject, where)
        salt = unbase64(value["revealed"]["salt"])
        holds = line_digest(salt, value["revealed"]["line"]).hex() == items[value["line"]]["digest"]
        self.report("disclosure/proven" if holds else "disclosure/not-the-line", subject, where)


# ---------------------------------------------------------------------------------------------------------------------
# The samples of FORMAT.md, and the self-test


def check_samples(path):
    """Check every block ```lang sample=NAME of FORMAT.md, and its table of finding codes. Returns the failures."""
    with open(path, encoding="utf-8", newline="") as file:
        page = file.read()
    samples = dict(re.findall(r"^```\w+ sample=([\w-]+)\n(.*?)^```$", page, re.M | re.S))
    failures, used = [], set()

    def sample(name):
        used.add(name)
        return samples.get(name, "")

    def hold(name, condition):
        print("%-40s %s" % (name, "ok" if condition else "FAILED"))
        if not condition:
            failures.append(name)

    def guarded(name, function):
        try:
            hold(name, function())
        except (Fault, KeyError, ValueError, IndexError, TypeError, OSError) as error:
            print("  %r" % error)
            hold(name, False)

    seeds = b"\1" * 32, b"\2" * 32
    lines = sample("keys").splitlines()
    keys = [parse_verifier_key(line) for line in lines if accepts(parse_verifier_key)(line)]
    hold("keys: two, from their seeds", [(key.type, key.public) for key in keys] == [
        (number, ed25519_secret(seed)[2]) for number, seed in zip((1, 4), seeds)])
    if failures:
        return failures
    organisation, endpoint = keys

    # Texts
    salts, digests = sample("salts").split(), sample("digests").split()
    text = parse_canonical(sample("text").rstrip("\n").encode())
    commitment = parse_canonical(sample("commitment").rstrip("\n").encode())
    redacted = parse_canonical(sample("redacted").rstrip("\n").encode())
    revealed = json.loads(sample("revealed"))
    hold("text: seed is 0x00 to 0x1f", unbase64(text["seed"]) == bytes(range(32)))
    hold("salts", [salt.hex() for salt in text_salts(bytes(range(32)), len(text["lines"]))] == salts)
    guarded("digests", lambda: [digest.hex() for digest in parse_text(text)[0]] == digests)
    guarded("commitment", lambda: COMMITMENT(commitment) and commitment == {
        "lines": len(digests), "root": text_root(parse_text(text)[0]).hex()})
    guarded("redacted: same digests", lambda: parse_text(redacted)[0] == parse_text(text)[0])
    guarded("revealed: first line, salt and digest", lambda: (
        revealed["line"] == text["lines"][0] and set(revealed) == {"line", "salt"}
        and line_digest(unbase64(revealed["salt"]), revealed["line"]).hex() == redacted["items"][0]["digest"]))

    # Session log
    entries = sample("entries").encode().split(b"\n")[:-1]
    tree, kinds = Tree(), [None]
    for number, line in enumerate(entries):
        def well_formed():
            entry = parse_canonical(line)
            check_entry(entry, number, kinds[-1])
            kinds.append(entry["kind"])
            return entry["seq"] == number
        guarded("entries: entry %d" % number, well_formed)
        tree.add(leaf_hash(line))
    opened, committed = parse_canonical(entries[0]), [parse_canonical(line)["text"] for line in entries]
    for line in sample("texts").encode().split(b"\n")[:-1]:
        value = parse_canonical(line)
        digests_ = parse_text(value)[0]
        hold("texts: entry %d, %s" % (value["seq"], value["field"]), committed[value["seq"]].pop(value["field"]) == {
            "lines": len(digests_), "root": text_root(digests_).hex()})
    hold("texts: one for each commitment", not any(committed))
    hold("entries: log is empty", opened["log"] == {"size": 0, "root": base64.b64encode(Tree().root()).decode()})
    hold("entries: last is 'closed'", kinds[-1:] == ["closed"])
    hold("entries: endpoint's key", opened["endpointKey"] == lines[1])
    hold("leaves", [leaf_hash(line).hex() for line in entries] == sample("leaves").split())
    hold("root", tree.root().hex() == sample("root").strip())
    checkpoint = parse_checkpoint(parse_note(sample("checkpoint").encode()))
    hold("checkpoint: origin, size, root", (checkpoint.origin, checkpoint.size, checkpoint.root) == (
        "%s/session/%s" % (organisation.name, opened["session"]), len(entries), tree.root()))
    hold("checkpoint: signature holds", note_signature(checkpoint.body, checkpoint.signatures, organisation) is True)
    hold("checkpoint: signature is RFC 8032's", checkpoint.signatures[0][2] == ed25519_sign(seeds[0], checkpoint.body))
    seen = note_signature(checkpoint.body, checkpoint.signatures, endpoint)
    hold("checkpoint: cosignature holds", type(seen) is int)
    closed = parse_time(parse_canonical(entries[-1])["at"])
    hold("checkpoint: cosigned at " + utc(seen or 0), type(seen) is int and 0 <= seen - closed < 3600)
    cosigned = b"cosignature/v1\ntime %d\n" % seen + checkpoint.body
    hold("cosigned", cosigned == sample("cosigned").encode())
    hold("checkpoint: cosignature is RFC 8032's", checkpoint.signatures[1][2][8:] == ed25519_sign(seeds[1], cosigned))

    # Group log
    leaf = leaf_hash(checkpoint.body)
    group = parse_checkpoint(parse_note(sample("group-checkpoint").encode()))
    hold("group-leaf", leaf.hex() == sample("group-leaf").strip())
    hold("group-checkpoint: origin, size, root", (group.origin, group.size, group.root) == (
        "%s/group/%s" % (organisation.name, opened["group"]), 1, leaf))
    hold("group-checkpoint: signature", note_signature(group.body, group.signatures, organisation) is True)

    # Signature
    armoured, allowed = sample("sshsig"), sample("allowed-signers")
    public, namespace, signature = parse_sshsig(armoured.encode())
    message = sshsig_message(namespace, b"sample\n")
    hold("sshsig: by the organisation", public == organisation.public)
    hold("sshsig: holds", ed25519_verify(public, message, signature))
    hold("sshsig: signature is RFC 8032's", signature == ed25519_sign(seeds[0], message))
    hold("allowed-signers: names the key", Signers(allowed).trust(organisation.public)
         and not Signers(allowed).trust(endpoint.public))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("signers", allowed), ("sig", armoured)):
            with open(os.path.join(folder, name), "w", newline="") as file:
                file.write(content)
        guarded("sshsig: ssh-keygen -Y verify", lambda: subprocess.run(
            ("ssh-keygen", "-Y", "verify", "-f", "signers", "-I", organisation.name, "-n", "caisey-handoff", "-s",
             "sig"), input=b"sample\n", cwd=folder, stdout=subprocess.DEVNULL).returncode == 0)

    rows = re.findall(r"^\| `([a-z/-]+)` \| (\w+) \| (ok|note|failed) \|", page, re.M)
    hold("finding codes: the same as here", {code: (question, status) for code, question, status in rows} == CODES)
    hold("every sample is checked", used == set(samples))
    return failures


def self_test():
    """Ed25519 of this file against RFC 8032 section 7.1 and against openssl. Returns the failures."""
    failures = []

    def hold(name, condition):
        print("%-40s %s" % (name, "ok" if condition else "FAILED"))
        if not condition:
            failures.append(name)

    vectors = (
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
         "d25bf5f0595bbe24655141438e7a100b"),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
         "387b2eaeb4302aeeb00d291612bb0c00"),
    )
    for number, vector in enumerate(vectors, 1):
        seed, public, message, signature = map(bytes.fromhex, vector)
        hold("RFC 8032 test %d: key and signature" % number,
             ed25519_secret(seed)[2] == public and ed25519_sign(seed, message) == signature)
        hold("RFC 8032 test %d: holds" % number, ed25519_verify(public, message, signature))
        larger = (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")
        larger = signature[:32] + larger
        hold("RFC 8032 test %d: S + L is refused" % number, not ed25519_verify(public, message, larger))
        hold("RFC 8032 test %d: other message" % number, not ed25519_verify(public, message + b"x", signature))
    for name, point in (("y = p", P), ("y = p + 1", P + 1), ("x = 0 with a sign", 1 | 1 << 255)):
        hold("an encoding with %s is refused" % name, point_decode(point.to_bytes(32, "little")) is None)
    anything = (1).to_bytes(32, "little") + bytes(32)
    hold("a key of small order is refused", small_order(point_decode(anything[:32])) and not small_order(BASE)
         and not ed25519_verify(anything[:32], b"anything", anything))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(16):
            seed, message = sha256(b"seed %d" % number), os.urandom(1 + number * 17)
            public, signature = ed25519_secret(seed)[2], ed25519_sign(seed, message)
            if number % 2:
                signature = bytes([signature[0] ^ 1]) + signature[1:]
            key = bytes.fromhex("302a300506032b6570032100") + public
            for name, data in (("key", key), ("message", message), ("signature", signature)):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)
            holds = openssl(folder, "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "key", "-in",
                            "message", "-sigfile", "signature")
            same = holds == ed25519_verify(public, message, signature) == (number % 2 == 0)
            hold("openssl agrees, case %d" % number, same)
    return failures


# ---------------------------------------------------------------------------------------------------------------------
# The command


def read_options(options):
    """The files that the reader gives: trusted keys and a disclosure. Unreadable if they can't be used."""
    signers = disclosure = None
    try:
        if options.signers:
            with open(options.signers, encoding="utf-8") as file:
                signers = Signers(file.read())
        if options.authorities:
            with open(options.authorities, "rb") as file:
                if b"-----BEGIN" not in file.read():
                    raise Unreadable("the file of authorities has no certificates in PEM")
        if options.disclosure:
            with open(options.disclosure, "rb") as file:
                data = file.read(1 << 28)
            disclosure = parse_disclosure(data)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable("a file that was given can't be read: %s" % error)
    return signers, disclosure


def main():
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(description="Verify an evidence package.")
    parser.add_argument("package", nargs="?", help="the ZIP or the unzipped folder")
    parser.add_argument("--signers", help="keys that you trust: verifier keys or allowed_signers lines")
    parser.add_argument("--authorities", help="certificates (PEM) of time stamp authorities that you trust")
    parser.add_argument("--disclosure", help="a disclosure to check against the package")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--vectors", metavar="FOLDER", help="verify every test vector of a folder, a line of JSON each")
    parser.add_argument("--samples", metavar="FORMAT.md", help="check the samples of the specification")
    parser.add_argument("--self-test", action="store_true", help="check this program's Ed25519")
    options = parser.parse_args()
    if options.samples or options.self_test:
        try:
            failures = self_test() if options.self_test else []
            failures += check_samples(options.samples) if options.samples else []
        except (Fault, ValueError, LookupError, TypeError, OSError) as error:
            print("a sample is missing or can't be read: %s" % error)
            return 1
        print("%d failed" % len(failures) if failures else "all hold")
        return 1 if failures else 0
    if options.vectors:
        return run_vectors(options.vectors)
    if not options.package:
        parser.error("a package is needed")

    def package():
        signers, disclosure = read_options(options)
        return Verification(options.package, signers, options.authorities, disclosure)
    verdict, findings, reason = judge(package)
    try:
        print_result(verdict, findings, reason, options.json)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output has had enough; the exit status still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return {"verified": 0, "failed": 1, "unreadable": 2}[verdict]


def judge(package):
    """(verdict, findings, reason) of what a function verifies."""
    try:
        findings = package().result()
        intact = any(row["code"] == "files/intact" for row in findings)
        return "verified" if intact and all(row["status"] != "failed" for row in findings) else "failed", findings, ""
    except Unreadable as error:
        return "unreadable", [], str(error)
    except Exception as error:  # the promise that no input ends in a traceback; never a reason to verify
        return "unreadable", [], "this program could not go on: %r" % error


def run_vectors(folder):
    """Verify every vector of a folder: lines `label: value` about it, a blank line, and the bytes of a ZIP."""
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".vector"):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            head, _, data = file.read().partition(b"\n\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\n")[1:]]
        header, trust = dict(fields), [value for label, value in fields if label == "trust"]

        def package():
            authority = "authority" in header and os.path.join(folder, header["authority"])
            disclosure = "disclosure" in header and parse_disclosure(header["disclosure"].encode() + b"\n")
            return Verification(io.BytesIO(data), Signers("\n".join(trust)) if trust else None, authority or None,
                                disclosure or None)
        verdict, findings, reason = judge(package)
        print(json.dumps({"name": header["name"], "verdict": verdict, "findings": findings, "reason": reason}))
    return 0


def print_result(verdict, findings, reason, as_json):
    """Print the findings and the verdict."""
    if as_json:
        print(json.dumps({"verdict": verdict, "findings": findings, **({"reason": reason} if reason else {})}))
        return
    for row in findings:
        parts = [row["status"], row["code"], row["subject"], row["detail"]]
        print("  ".join(printable(part) for part in parts if part))
    print(verdict.upper() + (": " + printable(reason) if reason else ""))


def printable(text):
    """Text without characters that could confuse a terminal."""
    return "".join(character if " " <= character <= "~" else "\\u%04x" % ord(character) for character in text)


if __name__ == "__main__":
    sys.exit(main())
