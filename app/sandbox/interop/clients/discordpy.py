"""A discord.py bot that does what it is told: the lines are described in line.mjs."""
import asyncio
import datetime
import io
import json
import os
import sys

import discord
import yarl
from discord import app_commands

API = os.environ["API"]
HOME = int(os.environ["GUILD"])
discord.http.Route.BASE = API + "/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(API.replace("http", "ws", 1) + "/gateway")


def say(**line):
    print(json.dumps(line), flush=True)


class Form(discord.ui.Modal, title="A form"):
    name = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction):
        await interaction.response.send_message(f"hello {self.name.value}")


class Buttons(discord.ui.View):
    @discord.ui.button(label="More", style=discord.ButtonStyle.primary)
    async def more(self, interaction, _):
        await interaction.response.edit_message(content="more", embeds=[], view=None)

    @discord.ui.button(label="Form", style=discord.ButtonStyle.secondary)
    async def form(self, interaction, _):
        await interaction.response.send_modal(Form())


client = discord.Client(intents=discord.Intents.all(), max_messages=None)
tree = app_commands.CommandTree(client)
home = discord.Object(HOME)


@tree.command(name="say", description="Say something", guild=home)
async def say_command(interaction: discord.Interaction, what: str, private: bool = False):
    await interaction.response.send_message(embed=discord.Embed(title=what), view=Buttons(), ephemeral=private)


@say_command.autocomplete("what")
async def complete(_: discord.Interaction, typed: str):
    return [app_commands.Choice(name=f"you typed {typed}", value="x")]


@tree.command(name="think", description="Think first", guild=home)
async def think(interaction: discord.Interaction):
    await interaction.response.defer()
    await interaction.edit_original_response(content="thought")
    await interaction.followup.send("twice", ephemeral=True)


@client.event
async def on_connect():
    say(event="identified")


@client.event
async def on_ready():
    say(event="ready", user=str(client.user.id))


@client.event
async def on_resumed():
    say(event="resume")


@client.event
async def on_error(name, *_):
    say(event="error", message=f"{name}: {sys.exc_info()[1]}")


@client.event
async def on_message(message):
    say(event="message", content=message.content, author=str(message.author.id))


@client.event
async def on_member_join(member):
    say(event="join", user=str(member.id))


@client.event
async def on_member_remove(member):
    say(event="leave", user=str(member.id))


@client.event
async def on_automod_action(execution):
    say(event="blocked", user=str(execution.user_id), content=execution.content)


def guild():
    return client.get_guild(HOME)


async def roles(user):
    member = await guild().fetch_member(int(user))
    return [str(r.id) for r in member.roles if not r.is_default()]


async def sees():
    g = guild()
    return {"name": g.name, "channels": len(g.channels), "roles": len(g.roles), "members": g.member_count}


async def register():
    return len(await tree.sync(guild=home))


async def fetch_members():
    return len(await guild().query_members(user_ids=[m.id for m in guild().members][:5])) and len(await guild().chunk())


async def files(channel):
    m = await client.get_channel(int(channel)).send("two files", files=[
        discord.File(io.BytesIO(b"first"), "a.txt"), discord.File(io.BytesIO(b"the second"), "b.txt")])
    return [{"filename": a.filename, "size": a.size} for a in m.attachments]


async def give_role(user, role):
    member = await guild().fetch_member(int(user))
    await member.add_roles(discord.Object(int(role)), reason="well done")
    return await roles(user)


async def take_role(user, role):
    member = await guild().fetch_member(int(user))
    await member.remove_roles(discord.Object(int(role)))
    return await roles(user)


async def timeout(user, ms):
    member = await guild().fetch_member(int(user))
    changed = await member.edit(timed_out_until=discord.utils.utcnow() + datetime.timedelta(milliseconds=ms), reason="too loud ✋")
    return changed.timed_out_until.timestamp()


async def kick(user):
    await guild().kick(discord.Object(int(user)), reason="go away")


async def ban(user):
    await guild().ban(discord.Object(int(user)), delete_message_seconds=60, reason="and stay away")


async def unban(user):
    await guild().unban(discord.Object(int(user)))


async def audit():
    return [{"action": e.action.value, "reason": e.reason} async for e in guild().audit_logs(limit=50)]


async def rule():
    made = await guild().create_automod_rule(
        name="No spam", event_type=discord.AutoModRuleEventType.message_send, enabled=True,
        trigger=discord.AutoModTrigger(keyword_filter=["spamword"]), actions=[discord.AutoModRuleAction()])
    return made.name


async def drop_rules():
    rules = await guild().fetch_automod_rules()
    for one in rules:
        await one.delete()
    return len(rules)


async def thread(channel):
    made = await client.get_channel(int(channel)).create_thread(name="Side", type=discord.ChannelType.public_thread)
    return {"id": str(made.id), "name": made.name}


async def archive(thread):
    return (await (await client.fetch_channel(int(thread))).edit(archived=True)).archived


async def webhook(channel):
    hook = await client.get_channel(int(channel)).create_webhook(name="News")
    m = await hook.send("hear ye", username="Herald", wait=True)
    await hook.delete()
    return {"webhook": str(m.webhook_id), "author": m.author.name, "content": m.content}


ACTS = {"sees": sees, "register": register, "fetchMembers": fetch_members, "files": files, "giveRole": give_role, "takeRole": take_role,
        "timeout": timeout, "kick": kick, "ban": ban, "unban": unban, "audit": audit, "rule": rule, "dropRules": drop_rules,
        "thread": thread, "archive": archive, "webhook": webhook}


async def act(request):
    try:
        say(id=request["id"], result=await ACTS[request["act"]](*request["args"]))
    except discord.HTTPException as error:
        say(id=request["id"], code=error.code, error=str(error))
    except Exception as error:  # whatever it is, the test is told
        say(id=request["id"], code=0, error=repr(error))


async def main():
    running = asyncio.create_task(client.start(os.environ["TOKEN"]))
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tasks = set()
    while line := await lines.readline():
        tasks.add(asyncio.create_task(act(json.loads(line))))
    await client.close()
    await running


asyncio.run(main())
