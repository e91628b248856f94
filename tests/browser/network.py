"""What goes over the network: a part of a page being saved, and answers that are slow to come."""

from urllib.parse import parse_qsl


def saving(page, name, value):
    """The server's answer to the sending of a part in which the field whose name ends so has this value."""

    def is_it(response):
        fields = parse_qsl(response.request.post_data or "") if "/auto/" in response.url else []
        return any(field.endswith(name) and given == value for field, given in fields)

    return page.expect_response(is_it)


class Slow:
    """The server gets what a page asks for at addresses like these; its answers come once they are let through."""

    def __init__(self, page, pattern):
        self.held, self.is_open = [], False
        page.route(pattern, self.take)

    def take(self, route):
        self.held.append((route, route.fetch()))
        if self.is_open:
            self.let_through()

    def let_through(self):
        self.is_open = True
        while self.held:
            route, answer = self.held.pop(0)
            route.fulfill(response=answer)
