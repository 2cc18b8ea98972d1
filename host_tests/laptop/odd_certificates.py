"""Certificates with one element that is odd, missing, twice or moved."""

from x509_cases import flat, tree

from chargelet.certificates import der


def leaves(trees):
    """Each place of a tree: (the list it is in, its index)."""
    for at, (_, content) in enumerate(trees):
        yield trees, at
        if isinstance(content, list):
            yield from leaves(content)


def odd(tag, content, chance):
    """Another encoding, which DER does not allow or another value, of an element."""
    inner = flat(content) if isinstance(content, list) else content
    what = chance.randrange(12)
    length = len(inner)
    if what == 0:
        return bytes((tag, 0x80)) + inner + b"\x00\x00"  # indefinite
    if what == 1:
        return bytes((tag, 0x83)) + length.to_bytes(3, "big") + inner  # longer than needed
    if what == 2:
        return bytes((tag, 0x81, min(length, 255))) + inner
    if what == 3:
        return bytes((tag, 0x84)) + b"\xff\xff\xff\xff" + inner  # four gigabytes
    if what == 4:
        return bytes((tag | 0x1F,)) + der.wrap(tag, inner)[1:]
    if what == 5:
        return der.wrap(tag, b"\x00" + inner)  # an integer with a leading zero
    if what == 6:
        return der.wrap(tag, b"\xff" + inner)  # a negative one
    if what == 7:
        return der.wrap(tag, b"")
    if what == 8:
        return der.wrap(tag, inner[:-1])
    if what == 9:
        return der.wrap(tag, inner + chance.choice((b"\x00", b"\x05\x00", inner[-20:])))
    if what == 10:
        return der.wrap(chance.choice((1, 2, 3, 4, 5, 6, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0xA0, 0xA1, 0xA3)), inner)
    return der.wrap(tag, bytes(len(inner) + chance.choice((-1, 0, 1, 200))) if inner else b"\x00")


def mutated(seed, chance):
    """A certificate, rightly signed, in which one element of the signed part is another, missing, twice or moved."""
    trees = tree(seed)[0][1][:1]
    for known in trees[0][1]:
        if known[0] == 0xA3:  # look into the extensions' values too
            for extension in known[1][0][1]:
                try:
                    extension[1][-1][1] = tree(extension[1][-1][1])
                except ValueError:
                    pass
    where, at = chance.choice(list(leaves(trees[0][1])))
    what = chance.randrange(8)
    if what == 0:
        del where[at]
    elif what == 1:
        where.insert(at, where[at])
    elif what == 2:
        other = chance.randrange(len(where))
        where[at], where[other] = where[other], where[at]
    else:
        mark = [where[at][0], b"@@mark@@"]
        replacement = odd(*where[at], chance)
        where[at] = mark
        return placed(trees, mark, replacement)
    return flat(trees)


def placed(trees, mark, replacement):
    """flat(), with an encoding of its own in the place of one element."""
    found = b""
    for one in trees:
        if one is mark:
            found += replacement
        elif isinstance(one[1], list):
            found += der.wrap(one[0], placed(one[1], mark, replacement))
        else:
            found += der.wrap(one[0], one[1])
    return found
