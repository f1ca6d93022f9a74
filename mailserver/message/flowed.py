"""format=flowed text to paragraphs (RFC 3676 §4)."""


def unflow(text: str, delsp: bool = False) -> str:
    """Join the lines that end in a space with the next of the same quote depth; unstuff; "-- " stays.

    An empty line ends a paragraph whatever the line before it ends in: many who write flowed text mean that.
    """
    result: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        body = content[:-1] if flows and delsp else content
        if depth == open_depth and content and content != "-- ":
            result.append(body)
        else:
            result.append(("\n" if result else "") + (">" * depth + " " if depth else "") + body)
        open_depth = depth if flows else -1
    return "".join(result)
