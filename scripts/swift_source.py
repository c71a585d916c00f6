"""What the checks of scripts/ need to know of Swift's grammar."""

import re


def blanked(source):
    """The source with comments and literals replaced by blanks, line breaks kept."""
    out = []
    i, end = 0, len(source)

    def skip(to):
        nonlocal i
        out.append(re.sub(r"[^\n]", " ", source[i:to]))
        i = to

    while i < end:
        if source.startswith("//", i):
            to = source.find("\n", i)
            skip(end if to < 0 else to)
        elif source.startswith("/*", i):
            depth, to = 1, i + 2
            while to < end and depth:
                if source.startswith("/*", to):
                    depth, to = depth + 1, to + 2
                elif source.startswith("*/", to):
                    depth, to = depth - 1, to + 2
                else:
                    to += 1
            skip(to)
        elif match := re.compile(r'(#*)("""|")').match(source, i):
            hashes, quote = match.groups()
            # A one-line literal that is not closed ends with its line, so that a stray quote hides one line at most.
            stop = "" if quote == '"""' else r"|(?=\n)"
            close = re.compile(rf"\\{hashes}[\s\S]|{quote}{hashes}{stop}")
            to = match.end()
            while found := close.search(source, to):
                to = found.end()
                if not found.group().startswith("\\"):
                    break
            else:
                to = end
            skip(to)
        else:
            out.append(source[i])
            i += 1
    return "".join(out)
