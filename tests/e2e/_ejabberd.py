"""ejabberd on loopback, in a temporary folder, as _xmpp.Server is Prosody: without a node's name, so without epmd."""
import glob
import os
import shutil
import socket
import subprocess
import tempfile

from _world import skip, wait_for
from _xmpp import HOST, free_port, make_certificates, need, password

CONFIG = """
hosts: [{host}]
loglevel: info
certfiles: ["{root}/both.pem"]
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls_required: true, max_stanza_size: 4194304}}
  - {{port: {direct}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true, max_stanza_size: 4194304}}
  - {{port: {https}, ip: "127.0.0.1", module: ejabberd_http, tls: true, request_handlers: {{/upload: mod_http_upload}}}}
auth_method: internal
auth_password_format: scram
default_db: mnesia
acl: {{local: {{user_regexp: ""}}}}
access_rules:
  local: {{allow: local}}
  c2s: {{allow: all}}
  pubsub_createnode: {{allow: local}}
api_permissions: {{}}
s2s_access: none
shaper: {{}}
modules:
  mod_blocking: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_client_state: {{}}
  mod_disco: {{}}
  mod_http_upload: {{put_url: "https://{host}:{https}/upload", docroot: "{root}/uploads"}}
  mod_muc: {{}}
  mod_offline: {{}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_pubsub: {{access_createnode: pubsub_createnode, plugins: [flat, pep], ignore_pep_from_offline: false}}
  mod_roster: {{}}
  mod_stream_mgmt: {{resend_on_timeout: if_offline}}
  {modules}
"""


class Ejabberd:
    """With USERS; MODULES: further lines of its configuration."""

    def __init__(self, *users, modules=("mod_mam: {default: always}",)):
        need("erl", "openssl")
        ebins = glob.glob("/usr/lib/*/ejabberd-*/ebin")
        if not ebins:
            skip("ejabberd is not installed")
        self.libraries = os.path.dirname(os.path.dirname(ebins[0]))
        self.root = tempfile.mkdtemp(prefix="sotto-ejabberd-")
        self.port, self.direct, self.https, self.process = free_port(), free_port(), free_port(), None
        self.users, self.modules = users, modules
        make_certificates(self.root)
        with open(os.path.join(self.root, "both.pem"), "w") as both:
            for part in ("server.crt", "server.key"):
                with open(os.path.join(self.root, part)) as file:
                    both.write(file.read())
        self.start()

    @property
    def ca(self):
        return os.path.join(self.root, "ca.crt")

    @property
    def place(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        config = os.path.join(self.root, "ejabberd.yml")
        with open(config, "w") as file:
            file.write(CONFIG.format(host=HOST, root=self.root, port=self.port, direct=self.direct, https=self.https,
                                     modules="\n  ".join(self.modules)))
        join = ", ".join(f'ejabberd_auth:try_register(<<"{user}">>, <<"{HOST}">>, <<"{password(user)}">>)'
                         for user in self.users)
        with open(os.path.join(self.root, "out"), "wb") as out:
            self.process = subprocess.Popen(
                ["erl", "-noinput", "+S", "2:2", "-mnesia", "dir", f'"{self.root}/data"', "-ejabberd", "config",
                 f'"{config}"', "log_path", f'"{self.root}/ejabberd.log"', "-s", "ejabberd", "-eval",
                 join + f', file:write_file("{self.root}/joined", <<>>).'],
                cwd=self.root, env={**os.environ, "ERL_LIBS": self.libraries, "HOME": self.root,
                                    "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_CRASH_DUMP_SECONDS": "0"},
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        wait_for(self.answers, "the server")

    def answers(self):
        assert self.process.poll() is None, self.log()
        if not os.path.exists(os.path.join(self.root, "joined")):
            return False
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def log(self):
        text = ""
        for name in ("out", "ejabberd.log"):
            try:
                with open(os.path.join(self.root, name), errors="replace") as file:
                    text += file.read()[-3000:]
            except OSError:
                pass
        return text

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            os.remove(os.path.join(self.root, "joined"))
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)
