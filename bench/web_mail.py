"""What `bench.reader` must know of each web mail: where things are, and when a letter can be seen."""

from playwright.sync_api import Page


class Postillion:
    """Ours, with the reading pane as the account has it."""

    rows = "#rows > .row"
    inbox = "/mail/inbox/"
    # Remembers which conversation is open, so that the next one can be told from it.
    mark = """() => { window.benchOld = document.querySelector("#pane .conversation"); }"""
    # A letter of another conversation than the marked one is in sight.
    ready = """() => {
      const open = document.querySelector("#pane .conversation");
      if (!open || open === window.benchOld) return false;
      const text = open.querySelector(".letter-text");
      if (text) return text.offsetHeight > 0;
      const frame = open.querySelector("letter-frame.is-shown iframe");
      const letter = frame?.contentDocument?.querySelector(".letter");
      return !!letter && letter.offsetHeight > 0;
    }"""

    def sign_in(self, page: Page, base: str, user: str, password: str) -> None:
        """Fill in the form, and wait for the list."""
        page.goto(f"{base}/sign-in/")
        page.fill("[name=address]", user)
        page.fill("[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_selector(self.rows)

    def row(self, number: int) -> str:
        """Where to press to open the row."""
        return f"{self.rows}:nth-child({number}) .row-subject"

    def back(self, page: Page) -> None:
        """Have the list in sight again."""
        page.keyboard.press("u")
        page.wait_for_selector(self.rows)
        page.wait_for_function("() => !document.querySelector('#pane .conversation')")

    def work(self, page: Page) -> None:
        """Select a page of fifty, put it away, and take that back."""
        page.click("#select-all")
        page.wait_for_timeout(300)
        page.click(".toolbar-some [data-key~=e]")
        page.wait_for_selector("#toasts [data-undo]")
        page.wait_for_timeout(1000)
        page.keyboard.press("z")
        page.wait_for_timeout(1500)


class Roundcube:
    """Roundcube 1.6 with the skin elastic and its usual settings: the message stands right of the list."""

    rows = "#messagelist tbody tr"
    inbox = "/?_task=mail&_mbox=INBOX"
    mark = """() => { const page = document.getElementById("messagecontframe")?.contentDocument;
      if (page?.documentElement) page.documentElement.dataset.benchOld = "1"; }"""
    ready = """() => {
      const page = document.getElementById("messagecontframe")?.contentDocument;
      const root = page?.documentElement;
      if (!root || root.dataset.benchOld || page.readyState === "loading") return false;
      const body = page.querySelector("#messagebody :is(.message-part, .message-htmlpart, pre)");
      return !!body && body.offsetHeight > 0;
    }"""

    def sign_in(self, page: Page, base: str, user: str, password: str) -> None:
        """Fill in the form, and wait for the list."""
        page.goto(f"{base}/?_task=login")
        page.fill("#rcmloginuser", user)
        page.fill("#rcmloginpwd", password)
        page.click("#rcmloginsubmit")
        page.wait_for_selector(self.rows)

    def row(self, number: int) -> str:
        """Where to press to open the row."""
        return f"{self.rows}:nth-child({number}) td.subject"

    def back(self, page: Page) -> None:
        """The list is always in sight."""

    def work(self, page: Page) -> None:
        """Nothing that could be compared."""


PROFILES = {"postillion": Postillion, "roundcube": Roundcube}
