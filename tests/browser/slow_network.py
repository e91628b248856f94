"""A network on which answers are slow to come."""


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
