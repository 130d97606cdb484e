// A discord.js bot that does what it is told.
import {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, EmbedBuilder, Events, GatewayIntentBits, MessageFlags,
  ModalBuilder, Partials, SlashCommandBuilder, TextInputBuilder, TextInputStyle,
} from 'discord.js';
import { rule, say, serve } from './line.mjs';

const client = new Client({
  intents: Object.values(GatewayIntentBits).filter((bit) => typeof bit === 'number'),
  partials: [Partials.Channel, Partials.Message, Partials.Reaction],
  rest: { api: process.env.API, version: '10' },
});

client.on(Events.ClientReady, () => say({ event: 'ready', user: client.user.id }));
client.on(Events.ShardResume, (shard, replayed) => say({ event: 'resume', replayed }));
client.on(Events.Error, () => {}); // of connections, which are cut here
client.on(Events.Raw, ({ t }) => t === 'READY' && say({ event: 'identified' }));
client.on(Events.MessageCreate, (m) => say({ event: 'message', content: m.content, author: m.author.id, guild: m.guildId }));
client.on(Events.GuildMemberAdd, (m) => say({ event: 'join', user: m.id }));
client.on(Events.GuildMemberRemove, (m) => say({ event: 'leave', user: m.id }));
client.on(Events.MessageReactionAdd, (r, user) => say({ event: 'reaction', emoji: r.emoji.name, user: user.id }));
client.on(Events.AutoModerationActionExecution, (a) => say({ event: 'blocked', user: a.userId, content: a.content }));
client.on(Events.GuildAuditLogEntryCreate, (entry) => say({ event: 'audit', action: entry.action, reason: entry.reason }));

client.on(Events.InteractionCreate, async (i) => {
  try {
    if (i.isChatInputCommand() && i.commandName === 'say') {
      const row = new ActionRowBuilder().addComponents(
        new ButtonBuilder().setCustomId('more').setLabel('More').setStyle(ButtonStyle.Primary),
        new ButtonBuilder().setCustomId('form').setLabel('Form').setStyle(ButtonStyle.Secondary));
      const embed = new EmbedBuilder().setTitle(i.options.getString('what')).setFooter({ text: i.options.getUser('to')?.username ?? 'nobody' });
      await i.reply({ embeds: [embed], components: [row], flags: i.options.getBoolean('private') ? MessageFlags.Ephemeral : undefined });
    } else if (i.isChatInputCommand() && i.commandName === 'think') {
      await i.deferReply();
      await i.editReply('thought');
      await i.followUp({ content: 'twice', flags: MessageFlags.Ephemeral });
    } else if (i.isChatInputCommand() && i.commandName === 'twice') {
      await i.reply('once');
      try {
        await i.client.rest.post(`/interactions/${i.id}/${i.token}/callback`, { body: { type: 4, data: { content: 'again' } } });
      } catch (error) {
        await i.followUp(`refused with ${error.code}`);
      }
    } else if (i.isAutocomplete()) {
      await i.respond([{ name: `you typed ${i.options.getFocused()}`, value: 'x' }]);
    } else if (i.isButton() && i.customId === 'more') {
      await i.update({ content: 'more', embeds: [], components: [] });
    } else if (i.isButton() && i.customId === 'form') {
      await i.showModal(new ModalBuilder().setCustomId('form').setTitle('A form').addComponents(new ActionRowBuilder().addComponents(
        new TextInputBuilder().setCustomId('name').setLabel('Name').setStyle(TextInputStyle.Short))));
    } else if (i.isModalSubmit()) {
      await i.reply(`hello ${i.fields.getTextInputValue('name')}`);
    } else if (i.isUserContextMenuCommand()) {
      await i.reply(`that is ${i.targetMember.displayName}`);
    }
  } catch (error) {
    say({ event: 'error', message: String(error) });
  }
});

const guild = () => client.guilds.cache.get(process.env.GUILD);
const member = (id) => guild().members.fetch({ user: id, force: true });

const roles = async (user) => [...(await member(user)).roles.cache.keys()].filter((id) => id !== process.env.GUILD);

const acts = {
  files: async (channel) => [...(await (await client.channels.fetch(channel)).send({
    content: 'two files', files: [{ attachment: Buffer.from('first'), name: 'a.txt' }, { attachment: Buffer.from('the second'), name: 'b.txt' }],
  })).attachments.values()].map(({ name, size }) => ({ filename: name, size })),
  rule: async () => (await guild().autoModerationRules.create({
    name: rule.name, eventType: 1, triggerType: 1, triggerMetadata: { keywordFilter: rule.keywords }, enabled: true,
    actions: [{ type: 1, metadata: { customMessage: rule.message } }],
  })).name,
  dropRules: async () => (await Promise.all([...(await guild().autoModerationRules.fetch()).values()].map((one) => one.delete()))).length,
  thread: async (channel) => {
    const { id, name } = await (await client.channels.fetch(channel)).threads.create({ name: 'Side' });
    return { id, name };
  },
  archive: async (thread) => (await (await client.channels.fetch(thread)).setArchived(true)).archived,
  webhook: async (channel) => {
    const hook = await (await client.channels.fetch(channel)).createWebhook({ name: 'News' });
    const m = await hook.send({ content: 'hear ye', username: 'Herald' });
    await hook.delete();
    return { webhook: m.webhookId, author: m.author.username, content: m.content };
  },
  sees: async () => ({
    name: guild().name, channels: guild().channels.cache.size, roles: guild().roles.cache.size, members: guild().memberCount,
  }),
  register: async () => (await guild().commands.set([
    new SlashCommandBuilder().setName('say').setDescription('Say something')
      .addStringOption((o) => o.setName('what').setDescription('What').setRequired(true).setAutocomplete(true))
      .addUserOption((o) => o.setName('to').setDescription('To whom'))
      .addBooleanOption((o) => o.setName('private').setDescription('Only to you')),
    new SlashCommandBuilder().setName('think').setDescription('Think first'),
    new SlashCommandBuilder().setName('twice').setDescription('Answer twice'),
    { name: 'Who is this', type: 2 },
  ])).size,
  fetchMembers: async () => (await guild().members.fetch()).size,
  write: async (channel, content) => {
    const m = await (await client.channels.fetch(channel)).send(content);
    const edited = await m.edit(`${content}, edited`);
    await m.react('👍');
    const reactions = (await m.fetch(true)).reactions.cache.get('👍').count;
    await m.reactions.cache.get('👍').users.remove(client.user.id);
    await m.delete();
    return { content: edited.content, reactions };
  },
  giveRole: async (user, role) => {
    await (await member(user)).roles.add(role, 'well done');
    return roles(user);
  },
  takeRole: async (user, role) => {
    await (await member(user)).roles.remove(role);
    return roles(user);
  },
  timeout: async (user, ms) => (await (await member(user)).timeout(ms, 'too loud ✋')).communicationDisabledUntilTimestamp,
  kick: async (user) => (await (await member(user)).kick('go away')).id,
  ban: async (user) => guild().bans.create(user, { reason: 'and stay away', deleteMessageSeconds: 60 }),
  bulkBan: async (users) => guild().bans.bulkCreate(users, { reason: 'all of you' }),
  bans: async () => (await guild().bans.fetch()).map((b) => ({ user: b.user.id, reason: b.reason })),
  unban: async (user) => (await guild().bans.remove(user)).id,
  audit: async () => [...(await guild().fetchAuditLogs({ limit: 50 })).entries.values()].map((e) => ({ action: e.action, reason: e.reason })),
  direct: async (user, content) => (await (await client.users.fetch(user)).send(content)).content,
  tooMuch: async (channel) => (await client.channels.fetch(channel)).send({ embeds: [{ description: 'x'.repeat(4097) }] }),
};

serve(acts, () => client.destroy());

await client.login(process.env.TOKEN);
