package app

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// heartbeatInterval is how often a process with the bot records that it is alive.
const heartbeatInterval = 30 * time.Second

// mountHealth mounts health and metrics.
func (p *Program) mountHealth() {
	p.metrics.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		totals{p, totalMetrics()},
	)
	p.web.MountOperators(p.setup.Config.MetricsToken.Reveal(), p.metrics, p.checks()...)
}

// checks are what operators see in health, and administrators on the overview of the dashboard.
func (p *Program) checks() []web.Check {
	return []web.Check{p.checkDatabase, p.checkRedis, p.checkBots, p.checkJobs, p.checkRoles, p.checkFeatures}
}

func (p *Program) checkDatabase(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "database", Label: i18n.M("Database"), Status: web.Healthy, Critical: true}
	if err := p.Store.Ping(ctx); err != nil {
		f.Status, f.Detail = web.Unhealthy, i18n.M("not responding")
		p.setup.Log.Warn("health: the database does not answer", "error", err)
	}
	if err := p.Store.WriteHealth(); err != nil && f.Status == web.Healthy {
		f.Status, f.Detail = web.Unhealthy, i18n.M("writes are not being saved")
		p.setup.Log.Warn("health: the last write to the database failed", "error", err)
	}
	return []web.CheckResult{f}
}

func (p *Program) checkRedis(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "redis", Label: i18n.M("Redis"), Status: web.Healthy}
	state := p.Bus.State()
	switch {
	case state.Embedded:
		f.Detail = i18n.M("embedded in the process")
	case !state.OK:
		f.Status, f.Detail = web.Degraded, i18n.M("unreachable for %s; rate limits apply to this process only", i18n.Duration(time.Since(state.Since)))
	}
	return []web.CheckResult{f}
}

// checkBots judges each process with the bot by its last heartbeat, its own included.
func (p *Program) checkBots(ctx context.Context) []web.CheckResult {
	beats, err := p.Bus.Heartbeats(ctx)
	if err != nil {
		return []web.CheckResult{{Name: "bot", Label: i18n.M("Bot"), Status: web.Unknown, Detail: i18n.M("heartbeats are in Redis, which is not responding")}}
	}
	if len(beats) == 0 {
		return []web.CheckResult{{Name: "bot", Label: i18n.M("Bot"), Status: web.Degraded, Detail: i18n.M("no process is running the bot")}}
	}
	found := make([]web.CheckResult, 0, len(beats))
	for _, b := range beats {
		f := web.CheckResult{Name: "bot " + b.Process, Label: i18n.M("Bot"), Instance: b.Process, Status: web.Healthy,
			Detail: botDetail(b)}
		switch {
		case len(b.Down) > 0:
			f.Status, f.Detail = web.Degraded, i18n.M("%d of %d shards not connected to Discord", len(b.Down), len(b.Shards))
		case len(b.Missing) > 0:
			f.Status, f.Detail = web.Degraded, i18n.M("%s. %s", f.Detail, intentsOff(b.Missing))
		}
		if b.Stale {
			f.Status, f.Detail = web.Degraded, i18n.M("last seen %s ago", i18n.Duration(time.Since(b.At)))
		}
		found = append(found, f)
	}
	return found
}

// botDetail describes a process with the bot. Its latency is known after the first heartbeat.
func botDetail(b bus.Heartbeat) i18n.Text {
	shards := make([]string, len(b.Shards))
	for i, id := range b.Shards {
		shards[i] = strconv.Itoa(id)
	}
	detail := i18n.M("%s, shards: %s", i18n.Count(int64(b.Guilds), "%s server", "%s servers"), strings.Join(shards, ", "))
	if b.Latency > 0 {
		detail = i18n.M("%s, %d ms to Discord", detail, b.Latency.Milliseconds())
	}
	return detail
}

func (p *Program) checkJobs(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "jobs", Label: i18n.M("Jobs"), Status: web.Healthy}
	q, err := p.Store.Queue(ctx)
	switch {
	case err != nil:
		f.Status, f.Detail = web.Unknown, i18n.M("the queue cannot be read")
	case q.Oldest > time.Minute:
		f.Status, f.Detail = web.Degraded, i18n.M("%s, the oldest for %s", i18n.Count(q.Waiting, "%s job waiting", "%s jobs waiting"), i18n.Duration(q.Oldest))
	default:
		f.Detail = i18n.M("%s", i18n.Count(q.Waiting, "%s job waiting", "%s jobs waiting"))
	}
	return []web.CheckResult{f}
}

// checkRoles looks for roles that the bot was to give and did not.
func (p *Program) checkRoles(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "roles", Label: i18n.M("Roles"), Status: web.Healthy}
	roles, guilds, err := p.Store.CountRoleProblems(ctx)
	switch {
	case err != nil:
		f.Status, f.Detail = web.Unknown, i18n.M("problems with roles cannot be read")
	case roles > 0:
		f.Status = web.Degraded
		f.Detail = i18n.M("roles that cannot be assigned: %s, in %s; the Squads and Bytes tabs there say why", i18n.Number(roles), i18n.Count(guilds, "%s server", "%s servers"))
	}
	return []web.CheckResult{f}
}

// sendHeartbeats tells the other processes that the bot of this one is alive, until ctx ends.
func (p *Program) sendHeartbeats(ctx context.Context) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	name := fmt.Sprintf("%s-%d", host, os.Getpid())
	began := time.Now()
	tick := time.NewTicker(heartbeatInterval)
	defer tick.Stop()
	for {
		err := p.Bus.Beat(ctx, bus.Heartbeat{
			Process: name, Guilds: p.bot.Guilds(), Uptime: time.Since(began), Version: p.setup.Version,
			Shards: p.bot.Shards(), Latency: p.bot.Latency(), Down: p.bot.NotReady(), Missing: p.missing(),
		})
		if err != nil && ctx.Err() == nil {
			p.setup.Log.Debug("heartbeat not recorded", "error", err)
		}
		select {
		case <-ctx.Done():
			gone, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = p.Bus.Gone(gone, name) // a heartbeat that stays is stale in 90 seconds
			return
		case <-tick.C:
		}
	}
}

// missing lists the intents that the bot's owner has switched off, for the processes that show health.
func (p *Program) missing() (list []bus.Missing) {
	for _, m := range p.bot.Missing() {
		var effects []string
		for _, e := range m.Effects {
			effects = append(effects, e.Sentence)
		}
		list = append(list, bus.Missing{Name: m.Name, Effects: effects, URL: m.URL})
	}
	return list
}

// intentsOff says what does not work because intents are off, and where they are switched on.
func intentsOff(intents []bus.Missing) i18n.Text {
	var all i18n.Text
	for _, m := range intents {
		said := i18n.M("%s is off.", m.Name)
		for _, e := range m.Effects {
			said = i18n.M("%s %s", said, i18n.Text{Sentence: e})
		}
		said = i18n.M("%s Switch it on at %s and restart the bot.", said, m.URL)
		if all.IsZero() {
			all = said
		} else {
			all = i18n.M("%s %s", all, said)
		}
	}
	return all
}
