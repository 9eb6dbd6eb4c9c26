"""Files in the interface: sent and saved by hand, with a bar, behind the broker; where nothing may be touched."""
import os
import shlex
import shutil

from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, read_file, skip, write_file

if not shutil.which("tmux"):
    skip("tmux isn't here")


class Screen(Tmux):
    def __init__(self, world, person):
        super().__init__(world)
        self("new-session", "-d", "-s", "tui", "-x", "100", "-y", "30", "-c", world.root,
             f"{SOTTO} --home {person.home} --passphrase-fd 3 3<{shlex.quote(passphrase_file(world))}; sleep 600")
        self.shows("Contacts")

    def command(self, line):
        self.keys("M-x")
        self.line(line)


def main():
    with World() as world:
        ada, ben = world.person("ada"), world.person("ben")
        for one, other in ((ada, "ben"), (ben, "ada")):
            one.send(other, "hello")
        ada.receive(), ben.receive()
        set_settings(ada, "screen_mode = open\n")
        data = os.urandom(2_000_000)
        write_file(os.path.join(world.root, "my report.pdf"), data)
        ben.json("file", "send", "ada", write_file(os.path.join(world.root, "holiday.jpg"), data[:500_000])).expect(0)
        screen = Screen(world, ada)
        try:
            screen.shows("holiday.jpg")
            screen.keys("Enter")
            screen.shows("file: holiday.jpg, 500.0 kB · not saved")
            # A path below where it was started, with a blank in it.
            screen.keys("C-x", "f")
            screen.shows(":send-file")
            # The broker looks for what it may go on as.
            screen.keys("my r", "Tab")
            screen.shows(":send-file my report.pdf")
            screen.keys("Enter")
            screen.shows("my report.pdf is sent.")
            screen.shows("file: my report.pdf, 2.0 MB")
            screen.command("save-file saved.jpg")
            screen.shows("Saved to")
            screen.shows("file: holiday.jpg, 500.0 kB · saved")
            assert read_file(os.path.join(world.root, "saved.jpg")) == data[:500_000]
            # Once more, there, in a hidden folder, what isn't there: said, and nothing is touched.
            os.mkdir(os.path.join(world.root, ".secrets"))
            write_file(os.path.join(world.root, ".secrets", "key"), b"key")
            for line, words in (("save-file saved.jpg", "there already"),
                                ("save-file other.jpg", "It was saved before"),
                                ("send-file .secrets/key", "is hidden"),
                                ("save-file .secrets/", "is hidden"),
                                ("send-file missing", "No such file"),
                                ("send-file .", "isn't a regular file")):
                screen.command(line)
                screen.shows(words)
            # From the command line, while the interface has the profile.
            for size in (0, 1_000_000):
                path = write_file(os.path.join(world.root, f"aside-{size}"), data[:size])
                row = ada.json("file", "send", "ben", path).expect(0).rows[-1]
                assert row["state"] == "sent" and row["bytes"] == size, row
            ben.json("file", "send", "ada", path).expect(0)
            screen.shows("file: aside-1000000, 1.0 MB · not saved")
            row = ada.json("file", "list").expect(0).rows[-1]
            ada.json("file", "save", "ben", row["id"], path).expect(1)
            folder = os.path.join(world.root, "folder")
            os.mkdir(folder)
            row = ada.json("file", "save", "ben", row["id"], folder).expect(0).rows[-1]
            assert row["path"] == os.path.join(folder, "aside-1000000"), row
            assert read_file(row["path"]) == data[:1_000_000] and os.listdir(folder) == ["aside-1000000"]
            assert not os.path.exists(os.path.join(world.root, "other.jpg"))
            assert not [name for name in os.listdir(world.root) if name.startswith(".sotto")]
            assert os.listdir(os.path.join(world.root, ".secrets")) == ["key"]
        finally:
            screen.kill()
        ben.receive()
        row = [row for row in ben.json("file", "list", "ada").expect(0).rows
               if row["direction"] == "in"][0]
        assert row["state"] == "here" and row["name"] == "my report.pdf", row
        saved = ben.json("file", "save", "ada", row["id"], os.path.join(world.root, "ben.pdf")).expect(0)
        assert read_file(saved.rows[-1]["path"]) == data


if __name__ == "__main__":
    main()
