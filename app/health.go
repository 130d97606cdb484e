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
	"github.com/smarter-dev/smarterdev/ui/words"
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
	f := web.CheckResult{Name: "database", Status: web.Healthy, Critical: true}
	if err := p.Store.Ping(ctx); err != nil {
		f.Status, f.Detail = web.Unhealthy, "does not answer"
		p.setup.Log.Warn("health: the database does not answer", "error", err)
	}
	if err := p.Store.WriteHealth(); err != nil && f.Status == web.Healthy {
		f.Status, f.Detail = web.Unhealthy, "does not keep what is written"
		p.setup.Log.Warn("health: the last write to the database failed", "error", err)
	}
	return []web.CheckResult{f}
}

func (p *Program) checkRedis(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "redis", Status: web.Healthy}
	state := p.Bus.State()
	switch {
	case state.Embedded:
		f.Detail = "inside the process"
	case !state.OK:
		f.Status, f.Detail = web.Degraded, "gone for "+words.Duration(time.Since(state.Since))+"; limits are counted in this process alone"
	}
	return []web.CheckResult{f}
}

// checkBots judges each process with the bot by its last heartbeat, its own included.
func (p *Program) checkBots(ctx context.Context) []web.CheckResult {
	beats, err := p.Bus.Heartbeats(ctx)
	if err != nil {
		return []web.CheckResult{{Name: "bot", Status: web.Unknown, Detail: "heartbeats are in Redis, which does not answer"}}
	}
	if len(beats) == 0 {
		return []web.CheckResult{{Name: "bot", Status: web.Degraded, Detail: "no process with the bot has been seen"}}
	}
	found := make([]web.CheckResult, 0, len(beats))
	for _, b := range beats {
		f := web.CheckResult{Name: "bot " + b.Process, Status: web.Healthy,
			Detail: botDetail(b)}
		switch {
		case len(b.Down) > 0:
			f.Status, f.Detail = web.Degraded, words.Count(int64(len(b.Down)), "shard")+" of "+strconv.Itoa(len(b.Shards))+" not connected to Discord"
		case len(b.Missing) > 0:
			f.Status, f.Detail = web.Degraded, f.Detail+". "+strings.Join(b.Missing, " ")
		}
		if b.Stale {
			f.Status, f.Detail = web.Degraded, "last seen "+words.Duration(time.Since(b.At))+" ago"
		}
		found = append(found, f)
	}
	return found
}

// botDetail describes a process with the bot. Its latency is known after the first heartbeat.
func botDetail(b bus.Heartbeat) string {
	shards := make([]string, len(b.Shards))
	for i, id := range b.Shards {
		shards[i] = strconv.Itoa(id)
	}
	noun := "shard "
	if len(shards) != 1 {
		noun = "shards "
	}
	detail := words.Count(int64(b.Guilds), "server") + ", " + noun + strings.Join(shards, ", ")
	if b.Latency > 0 {
		detail += fmt.Sprintf(", %d ms to Discord", b.Latency.Milliseconds())
	}
	return detail
}

func (p *Program) checkJobs(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "jobs", Status: web.Healthy}
	q, err := p.Store.Queue(ctx)
	switch {
	case err != nil:
		f.Status, f.Detail = web.Unknown, "the queue cannot be read"
	case q.Oldest > time.Minute:
		f.Status, f.Detail = web.Degraded, fmt.Sprintf("%s waiting, the oldest for %s", words.Count(q.Waiting, "job"), words.Duration(q.Oldest))
	default:
		f.Detail = words.Count(q.Waiting, "job") + " waiting"
	}
	return []web.CheckResult{f}
}

// checkRoles looks for roles that the bot was to give and did not.
func (p *Program) checkRoles(ctx context.Context) []web.CheckResult {
	f := web.CheckResult{Name: "roles", Status: web.Healthy}
	roles, guilds, err := p.Store.CountRoleProblems(ctx)
	switch {
	case err != nil:
		f.Status, f.Detail = web.Unknown, "problems of roles cannot be read"
	case roles > 0:
		f.Status = web.Degraded
		f.Detail = words.Count(roles, "role") + " in " + words.Count(guilds, "server") + " cannot be given; the tabs Squads and Bytes there say why"
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

// missing says what does not work because the bot's owner has switched off an intent, and where it is
// switched on.
func (p *Program) missing() (list []string) {
	for _, m := range p.bot.Missing() {
		list = append(list, fmt.Sprintf("%s is off: %s Switch it on at %s and restart the bot.", m.Name, strings.Join(m.Effects, " "), m.URL))
	}
	return list
}
