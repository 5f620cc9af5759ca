"""An SMTP server for tests: smtp_server.py FOLDER PORT [smtps|starttls CERTIFICATE] [auth USER PASSWORD]

Keeps each mail as FOLDER/<number>.eml, with its envelope above it, and writes its port to FOLDER/port. FOLDER/plan, a JSON
object, says what it answers instead: {"RCPT": "550 no"} to the command RCPT, {"RCPT a@example.org": …} to that recipient
alone; GREETING, MAIL, DATA and END (of the message) likewise. "hang" says nothing any more, "drop" ends the connection,
"lose" (for END) keeps the mail and then ends it.
"""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, port, *words = sys.argv[1:]


def option(name, count):
    return words[words.index(name) + 1:][:count] if name in words else None


def keep(envelope, session):
    number = sum(name.endswith(".eml") for name in os.listdir(folder))
    path = os.path.join(folder, f"{number:04}")
    with open(path, "wb") as file:
        file.write(f"X-From: {envelope.mail_from}\r\nX-To: {','.join(envelope.rcpt_tos)}\r\n"
                   f"X-TLS: {session.ssl is not None}\r\nX-User: {(session.login_data or b'').decode()}\r\n".encode())
        file.write(envelope.original_content)
    os.rename(path, path + ".eml")


class Server(SMTP):
    greeted = False

    async def planned(self, *steps):
        """Whether the plan has answered."""
        with open(os.path.join(folder, "plan")) as file:
            plan = json.load(file)
        answer = next((plan[step] for step in steps if step in plan), None)
        if answer in ("drop", "lose"):
            self.transport.close()
        elif answer == "hang":
            await asyncio.sleep(3600)
        elif answer:
            await super().push(answer)
        return answer is not None

    async def push(self, status):
        first, self.greeted = not self.greeted, True
        if not first or not await self.planned("GREETING"):
            await super().push(status)

    async def smtp_MAIL(self, arg):
        if not await self.planned("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        address = (arg or "").partition("<")[2].partition(">")[0]
        if not await self.planned("RCPT " + address, "RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if not await self.planned("DATA"):
            await super().smtp_DATA(arg)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        with open(os.path.join(folder, "plan")) as file:
            end = json.load(file).get("END")
        if end in (None, "lose"):
            keep(envelope, session)
        if end in ("drop", "lose"):
            server.transport.close()
        if end == "hang":
            await asyncio.sleep(3600)
        return end or "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    user, password = (text.decode() for text in (data.login, data.password))
    return AuthResult(success=[user, password] == option("auth", 2), handled=False, auth_data=data)


def make_server(context):
    return Server(Handler(), enable_SMTPUTF8=False, loop=asyncio.get_running_loop(), tls_context=context if "starttls" in words else None,
                  require_starttls="starttls" in words, auth_required="auth" in words, auth_require_tls=False,
                  authenticator=authenticate)


async def main():
    context = None
    if certificate := option("smtps", 1) or option("starttls", 1):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate[0])
    server = await asyncio.get_running_loop().create_server(
        lambda: make_server(context), "127.0.0.1", int(port), ssl=context if "smtps" in words else None)
    with open(os.path.join(folder, "port.new"), "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
    await server.serve_forever()


asyncio.run(main())
