#!/usr/bin/env python3
"""Checks an audit log, or a proof from one, with nothing of tradectl's code: the standard library alone.

Usage: independent_verifier.py log DIRECTORY [VKEY]
       independent_verifier.py proof FILE VKEY
       independent_verifier.py growth FILE VKEY
Written from RFC 6962, RFC 8032 and the C2SP pages signed-note, tlog-checkpoint, tlog-tiles and
tlog-proof. Prints one line and exits 0 when everything fits, else 1.
"""
import base64
import hashlib
import json
import os
import re
import sys

# ---- Ed25519, RFC 8032 section 5.1 ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, y, z, t = f - e, h - g, h + g, f + e
    return (x * y % P, z * t % P, y * z % P, x * t % P)


def multiply(scalar, point):
    out = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            out = add(out, point)
        point = add(point, point)
        scalar >>= 1
    return out


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_verify(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    public, r = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and \
        (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- signed notes and checkpoints ----

class Refused(Exception):
    pass


def need(condition, text):
    if not condition:
        raise Refused(text)


def decode64(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("not base64") from error


def read_vkey(text):
    name, key_id, data = text.strip().split("+", 2)
    data = decode64(data)
    need(len(data) == 33 and data[0] == 1, "not an ed25519 key")
    need(hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() == key_id, "key id does not fit")
    return name, bytes.fromhex(key_id), data[1:]


def open_checkpoint(note, vkey):
    name, key_id, key = read_vkey(vkey)
    need("\n\n" in note and note.endswith("\n"), "not a signed note")
    at = note.rindex("\n\n")
    text, signatures = note[:at + 1], note[at + 2:]
    good = False
    for line in signatures.splitlines():
        match = re.fullmatch("\u2014 (\\S+) (\\S+)", line)
        need(match, "not a signature line")
        data = decode64(match.group(2))
        if match.group(1) == name and data[:4] == key_id:
            need(ed25519_verify(key, text.encode(), data[4:]), "the signature does not fit")
            good = True
    need(good, "not signed by this key")
    origin, size, root = text.split("\n")[:3]
    need(origin == name, "checkpoint of another log")
    need(re.fullmatch("0|[1-9][0-9]*", size), "the size is not a number")
    root = decode64(root)
    need(len(root) == 32, "the root is not a hash")
    return int(size), root


# ---- the tree ----

def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node(tree_root(hashes[:split]), tree_root(hashes[split:]))


def root_of_path(index, size, start, proof):
    """The root that an audit path leads to; the recursion of RFC 6962, section 2.1.1, from the leaf up."""
    if size == 1:
        need(not proof, "the proof is too long")
        return start
    need(proof, "the proof is too short")
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        return node(root_of_path(index, split, start, proof[:-1]), proof[-1])
    return node(proof[-1], root_of_path(index - split, size - split, start, proof[:-1]))


def roots_of_growth(old, size, proof, old_root, whole):
    """Both roots that a consistency proof leads to; RFC 6962, section 2.1.2."""
    if old == size:
        if whole:
            need(not proof, "the proof is too long")
            return old_root, old_root
        need(len(proof) == 1, "the proof has another length")
        return proof[0], proof[0]
    need(proof, "the proof is too short")
    split = 1 << (size - 1).bit_length() - 1
    if old <= split:
        left_old, left = roots_of_growth(old, split, proof[:-1], old_root, whole)
        return left_old, node(left, proof[-1])
    right_old, right = roots_of_growth(old - split, size - split, proof[:-1], old_root, False)
    return node(proof[-1], right_old), node(proof[-1], right)


# ---- tiles ----

def tile_path(level, index, width):
    groups, rest = [f"{index % 1000:03}"], index // 1000
    while rest:
        groups.insert(0, f"x{rest % 1000:03}")
        rest //= 1000
    return f"tile/{level}/" + "/".join(groups) + ("" if width == 256 else f".p/{width}")


def read_bundle(directory, index, width):
    with open(os.path.join(directory, tile_path("entries", index, width)), "rb") as file:
        data = file.read()
    entries = []
    while data:
        length = int.from_bytes(data[:2], "big")
        need(len(data) >= 2 + length, "a bundle is cut short")
        entries.append(data[2:2 + length])
        data = data[2 + length:]
    need(len(entries) == width, f"bundle {index} has {len(entries)} entries instead of {width}")
    return entries


def check_tiles(directory, hashes):
    level = 0
    while hashes:
        for index in range(0, (len(hashes) + 255) // 256):
            part = hashes[index * 256:index * 256 + 256]
            with open(os.path.join(directory, tile_path(level, index, len(part))), "rb") as file:
                need(file.read() == b"".join(part), f"tile {level}/{index} does not fit")
        hashes = [tree_root(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
        level += 1


def check_log(directory, vkey=None):
    if vkey is None:
        with open(os.path.join(directory, "vkey"), encoding="utf-8") as file:
            vkey = file.read()
    with open(os.path.join(directory, "checkpoint"), encoding="utf-8") as file:
        size, root = open_checkpoint(file.read(), vkey)
    entries = []
    for index in range(0, (size + 255) // 256):
        entries += read_bundle(directory, index, min(256, size - index * 256))
    sequences = [json.loads(entry)["wal"] for entry in entries]
    need(sequences == sorted(set(sequences)), "WAL sequences do not grow")
    hashes = [leaf(entry) for entry in entries]
    check_tiles(directory, hashes)
    need(tree_root(hashes) == root, "the entries do not add up to the root")
    return f"{size} entries, root {root.hex()}"


def split_proof(path, title):
    with open(path, encoding="utf-8") as file:
        head, _, note = file.read().partition("\n\n")
    lines = head.split("\n")
    need(lines[0] == title and len(lines) > 1, "not a proof of that kind")
    return lines[1:], note


def read_vkey_word(word):
    if not os.path.exists(word):
        return word
    with open(word, encoding="utf-8") as file:
        return file.read()


def check_proof(path, vkey):
    lines, note = split_proof(path, "c2sp.org/tlog-proof@v1")
    need(lines[0].startswith("extra ") and lines[1].startswith("index "), "not a proof of that kind")
    size, root = open_checkpoint(note, read_vkey_word(vkey))
    index, entry = int(lines[1][6:]), decode64(lines[0][6:])
    need(index < size, "the index is behind the end")
    path_root = root_of_path(index, size, leaf(entry), [decode64(line) for line in lines[2:]])
    need(path_root == root, "the proof does not lead to the root")
    return f"entry {index} of {size}"


def check_growth(path, vkey):
    lines, note = split_proof(path, "tradectl-consistency-proof 1")
    word, old, old_root = lines[0].split(" ")
    need(word == "old", "not a proof of that kind")
    size, root = open_checkpoint(note, read_vkey_word(vkey))
    old, old_root, proof = int(old), decode64(old_root), [decode64(line) for line in lines[1:]]
    need(old <= size, "the older tree is larger")
    if old == 0:
        need(not proof and old_root == tree_root([]), "the empty tree has another root")
    else:
        need(roots_of_growth(old, size, proof, old_root, True) == (old_root, root), "the proof does not lead to the roots")
    return f"{size} entries begin with {old}"


def main(arguments):
    checks = {"log": check_log, "proof": check_proof, "growth": check_growth}
    try:
        print(checks[arguments[0]](*arguments[1:]))
        return 0
    except (Refused, OSError, ValueError) as error:
        print(f"refused: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
