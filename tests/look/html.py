"""HTML as a tree in one spelling, so that two ways of writing the same page compare as equal."""

from html.parser import HTMLParser

VOID = {"input", "br", "hr", "img", "meta", "link", "path"}


class _Tree(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = []
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        spelled = {name: " ".join(sorted(value.split())) if name == "class" else value for name, value in attrs}
        node = (tag, dict(sorted(spelled.items())), [])
        self.open[-1].append(node)
        if tag not in VOID:
            self.open.append(node[2])

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        text = " ".join(data.split())
        if text:
            self.open[-1].append(text)


def tree(html: str) -> list:
    """``[(tag, attributes, children) or text, …]``: attributes and classes sorted, white space collapsed."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    assert parser.open == [parser.root], "An element is not closed."
    return parser.root
