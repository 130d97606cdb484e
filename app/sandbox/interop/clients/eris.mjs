// An Eris bot that does what it is told.
import http from 'node:http';
import https from 'node:https';
import * as Eris from 'eris';
import { buttons, commands, form, guarded, rule, say, serve } from './line.mjs';

// Eris asks Discord by TLS only; here its requests go to the stand-in as they are.
const api = new URL(process.env.API);
https.request = (options, then) => http.request({ ...options, host: api.hostname, hostname: api.hostname, port: api.port, agent: undefined, protocol: 'http:' }, then);

const client = new Eris.Client(`Bot ${process.env.TOKEN}`, { intents: ['all'], restMode: true, rest: { baseURL: `${api.pathname}/v10` } });
const home = process.env.GUILD;

client.on('ready', () => say({ event: 'ready', user: client.user.id }));
client.on('shardResume', () => say({ event: 'resume' }));
client.on('error', () => {}); // of connections, which are cut here
client.on('rawWS', ({ t }) => t === 'READY' && say({ event: 'identified' }));
client.on('messageCreate', (m) => say({ event: 'message', content: m.content, author: m.author.id }));
client.on('autoModerationActionExecution', (_, a) => say({ event: 'blocked', user: a.userID, content: a.content }));
client.on('guildMemberAdd', (_, m) => say({ event: 'join', user: m.id }));
client.on('guildMemberRemove', (_, m) => say({ event: 'leave', user: m.id }));

client.on('interactionCreate', guarded(async (i) => {
  if (i instanceof Eris.AutocompleteInteraction) {
    await i.result([{ name: `you typed ${i.data.options[0].value}`, value: 'x' }]);
  } else if (i instanceof Eris.CommandInteraction && i.data.name === 'say') {
    const [what, hidden] = ['what', 'private'].map((name) => i.data.options.find((o) => o.name === name)?.value);
    await i.createMessage({ embeds: [{ title: what }], components: buttons('custom_id'), flags: hidden ? 64 : 0 });
  } else if (i instanceof Eris.CommandInteraction) {
    await i.defer();
    await i.editOriginalMessage('thought');
    await i.createFollowup({ content: 'twice', flags: 64 });
  } else if (i instanceof Eris.ComponentInteraction && i.data.custom_id === 'more') {
    await i.editParent({ content: 'more', embeds: [], components: [] });
  } else if (i instanceof Eris.ComponentInteraction) {
    await i.createModal(form('custom_id', 'min_length'));
  } else if (i instanceof Eris.ModalSubmitInteraction) {
    await i.createMessage(`hello ${i.data.components[0].components[0].value}`);
  }
}));

const roles = async (user) => (await client.getRESTGuildMember(home, user)).roles;

serve({
  sees: () => {
    const g = client.guilds.get(home);
    return { name: g.name, channels: g.channels.size, roles: g.roles.size, members: g.memberCount };
  },
  register: async () => (await client.bulkEditGuildCommands(home, commands)).length,
  fetchMembers: async () => (await client.guilds.get(home).fetchMembers({})).length,
  files: async (channel) => (await client.createMessage(channel, { content: 'two files' },
    [{ file: Buffer.from('first'), name: 'a.txt' }, { file: Buffer.from('the second'), name: 'b.txt' }]))
    .attachments.map(({ filename, size }) => ({ filename, size })),
  giveRole: async (user, role) => { await client.addGuildMemberRole(home, user, role, 'well done'); return roles(user); },
  takeRole: async (user, role) => { await client.removeGuildMemberRole(home, user, role); return roles(user); },
  timeout: async (user, ms) => (await client.editGuildMember(home, user, { communicationDisabledUntil: new Date(Date.now() + ms) }, 'too loud ✋')).communicationDisabledUntil,
  kick: (user) => client.kickGuildMember(home, user, 'go away'),
  ban: (user) => client.banGuildMember(home, user, { deleteMessageSeconds: 60, reason: 'and stay away' }),
  unban: (user) => client.unbanGuildMember(home, user),
  audit: async () => (await client.getGuildAuditLog(home, { limit: 50 })).entries.map((e) => ({ action: e.actionType, reason: e.reason })),
  rule: async () => (await client.createAutoModerationRule(home, {
    name: rule.name, eventType: 1, triggerType: 1, triggerMetadata: { keyword_filter: rule.keywords }, enabled: true,
    actions: [{ type: 1, metadata: { custom_message: rule.message } }],
  })).name,
  dropRules: async () => (await Promise.all((await client.getAutoModerationRules(home)).map(({ id }) => client.deleteAutoModerationRule(home, id)))).length,
  thread: async (channel) => {
    const { id, name } = await client.createThread(channel, { name: 'Side', type: 11 });
    return { id, name };
  },
  archive: async (thread) => (await client.editChannel(thread, { archived: true })).threadMetadata.archived,
  webhook: async (channel) => {
    const hook = await client.createChannelWebhook(channel, { name: 'News' });
    const m = await client.executeWebhook(hook.id, hook.token, { content: 'hear ye', username: 'Herald', wait: true });
    await client.deleteWebhook(hook.id);
    return { webhook: m.webhookID, author: m.author.username, content: m.content };
  },
}, () => client.disconnect({ reconnect: false }));

client.connect();
