"""One question in a window: what to show comes on standard input, what was typed goes out."""

import json
import sys
import tkinter
from collections.abc import Mapping


def main() -> int:
    """0 and the answer on standard output; 1 when the window was closed."""
    typed: list[str] = []
    window = _window(json.load(sys.stdin), typed)
    window.mainloop()
    sys.stdout.write("".join(typed[:1]))
    return 0 if typed else 1


def _window(shown: Mapping[str, str], typed: list[str]) -> tkinter.Tk:
    window = tkinter.Tk(className="hub-card-agent")
    window.title("")
    # A window hidden behind the browser is the most usual reason why people wait in vain.
    window.attributes("-topmost", True)
    field = _form(window, shown, typed)

    def ready() -> None:
        # Named once it takes keys: nobody's first digit goes elsewhere.
        field.focus_force()
        window.title(shown["title"])

    window.bind("<Escape>", lambda _: window.destroy())
    window.after(100, ready)
    return window


def _form(window: tkinter.Tk, shown: Mapping[str, str], typed: list[str]) -> tkinter.Entry:
    frame = tkinter.Frame(window, padx=24, pady=18)
    frame.pack()
    tkinter.Label(frame, text=shown["why"], wraplength=420, justify="left").pack(anchor="w")
    tkinter.Label(frame, text=shown["label"], pady=8).pack(anchor="w")
    field = tkinter.Entry(frame, show="•" if "hidden" in shown else "", font=("", 16))
    field.pack(fill="x")

    def answered(_: object = None) -> None:
        typed.append(field.get())
        window.destroy()

    tkinter.Button(frame, text=shown["ok"], command=answered).pack(side="right", pady=12)
    tkinter.Button(frame, text=shown["cancel"], command=window.destroy).pack(side="right", padx=8)
    window.bind("<Return>", answered)
    return field


if __name__ == "__main__":
    sys.exit(main())
