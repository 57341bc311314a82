"""Read pages as a browser would: links with their words, tables, headings."""

import re
from html.parser import HTMLParser


class Read(HTMLParser):
    """Links (address, words), ids, labels and every text of a page."""

    def __init__(self, html):
        super().__init__()
        self.links, self.headings, self.outside, self.inline = [], [], [], []
        self._link = self._heading = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        for name in ("href", "src", "action", "hx-get", "hx-post"):
            if re.match(r"(https?:)?//", given.get(name) or ""):
                self.outside.append(given[name])
        if "style" in given or any(name.startswith("on") for name in given):
            self.inline.append((tag, given))
        if tag == "a" and "href" in given:
            self._link = [given["href"], ""]
        if tag in ("h1", "h2", "h3"):
            self._heading = [tag, ""]

    def handle_data(self, data):
        if self._link:
            self._link[1] += data
        if self._heading:
            self._heading[1] += data

    def handle_endtag(self, tag):
        if tag == "a" and self._link:
            self.links.append(tuple(self._link))
            self._link = None
        if self._heading and tag == self._heading[0]:
            self.headings.append(tuple(self._heading))
            self._heading = None


def cells(html):
    """Rows of every table of a page, as texts."""
    return [
        [re.sub("<[^>]*>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    ]
