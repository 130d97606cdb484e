// Package flood lets many people act at once: they join, write and change their names at a rate, the
// same people with the same words in the same order for the same seed. What they do goes through the
// world as everything else, so it is checked, heard and refused as Discord would.
package flood

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// Flood describes a flood. Rates are in acts a minute; 0 means as fast as can be.
type Flood struct {
	Seed     int64     `json:"seed"`
	Guild    wire.ID   `json:"guild_id"`
	Channels []wire.ID `json:"channel_ids"` // where they write; none: every text channel that they see

	People      int     `json:"people"` // new accounts that join; 0: the members who are there act
	JoinRate    float64 `json:"joins_per_minute"`
	Young       bool    `json:"young"`        // accounts of the last day; else of the last three years
	NoAvatars   bool    `json:"no_avatars"`   // else one in three has none
	NamePattern string  `json:"name_pattern"` // their names begin so; empty: names as people have them

	Messages    int     `json:"messages"`
	MessageRate float64 `json:"messages_per_minute"`
	Text        string  `json:"text"` // all write the same; empty: they chat

	Renames    int     `json:"renames"`
	RenameRate float64 `json:"renames_per_minute"`
}

// bounds of one flood, so that it can neither fill the memory nor run for ever
const (
	mostPeople   = 10_000
	mostMessages = 1_000_000
	mostKept     = 50 // floods that have ended and can still be asked for
)

func (f Flood) check() error {
	form := problem.NewForm()
	form.At("people").Range(f.People, 0, mostPeople)
	form.At("messages").Range(f.Messages, 0, mostMessages)
	form.At("renames").Range(f.Renames, 0, mostMessages)
	if f.Guild == 0 {
		form.At("guild_id").Required()
	}
	if f.People+f.Messages+f.Renames == 0 {
		form.Add("BASE_TYPE_REQUIRED", "A flood has people, messages or renames")
	}
	for name, rate := range map[string]float64{"joins_per_minute": f.JoinRate, "messages_per_minute": f.MessageRate, "renames_per_minute": f.RenameRate} {
		if rate < 0 {
			form.At(name).Range(-1, 0, 1)
		}
	}
	if len(f.NamePattern) > 20 {
		form.At("name_pattern").Length(f.NamePattern, 0, 20)
	}
	return form.Err()
}

// Progress is how far a flood has come.
type Progress struct {
	ID       int            `json:"id"`
	Joined   int            `json:"joined"`
	Written  int            `json:"written"`
	Renamed  int            `json:"renamed"`
	Refused  map[string]int `json:"refused"` // how often, by Discord's error code
	Done     bool           `json:"done"`
	Millis   int64          `json:"ms"` // how long it has run
	PeopleID []wire.ID      `json:"people_ids"`
}

// Floods runs floods in a world. Close ends those that still run.
type Floods struct {
	world *world.World
	mu    sync.Mutex
	last  int
	runs  map[int]*run
	all   sync.WaitGroup
}

// run is one flood on its way.
type run struct {
	flood  Flood
	began  time.Time
	cancel context.CancelFunc
	done   chan struct{}

	mu       sync.Mutex
	progress Progress
}

// New makes a runner of floods.
func New(w *world.World) *Floods { return &Floods{world: w, runs: make(map[int]*run)} }

// Start begins a flood and returns its id.
func (f *Floods) Start(flood Flood) (int, error) {
	if err := flood.check(); err != nil {
		return 0, err
	}
	if f.world.GuildName(flood.Guild) == "" {
		return 0, problem.UnknownGuild
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &run{flood: flood, began: time.Now(), cancel: cancel, done: make(chan struct{})}
	r.progress.Refused = make(map[string]int)
	r.progress.PeopleID = []wire.ID{}
	f.mu.Lock()
	f.last++
	id := f.last
	r.progress.ID = id
	f.runs[id] = r
	delete(f.runs, id-mostKept)
	f.mu.Unlock()
	f.all.Go(func() {
		defer close(r.done)
		defer cancel()
		r.run(ctx, f.world)
	})
	return id, nil
}

// Progress tells how far a flood has come. With wait it returns when the flood is done or ctx is.
func (f *Floods) Progress(ctx context.Context, id int, wait bool) (Progress, bool) {
	f.mu.Lock()
	r := f.runs[id]
	f.mu.Unlock()
	if r == nil {
		return Progress{}, false
	}
	if wait {
		select {
		case <-r.done:
		case <-ctx.Done():
		}
	}
	return r.now(), true
}

// Stop ends a flood, or all with 0.
func (f *Floods) Stop(id int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for other, r := range f.runs {
		if id == 0 || other == id {
			r.cancel()
		}
	}
}

// Close ends every flood and waits until they have ended.
func (f *Floods) Close() {
	f.Stop(0)
	f.all.Wait()
}

func (r *run) now() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.progress
	p.Refused = make(map[string]int, len(r.progress.Refused))
	for code, n := range r.progress.Refused {
		p.Refused[code] = n
	}
	p.PeopleID = append([]wire.ID{}, r.progress.PeopleID...)
	if !p.Done {
		p.Millis = time.Since(r.began).Milliseconds()
	}
	return p
}

// note counts one act, or why it was refused.
func (r *run) note(counter *int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.progress.Refused[strconv.Itoa(problem.From(err).Code)]++
		return
	}
	*counter++
}

// run lets people join, and then write and rename side by side. Each of the three has its own dice,
// so that how fast one goes does not change what another does.
func (r *run) run(ctx context.Context, w *world.World) {
	people := r.join(ctx, w)
	var both sync.WaitGroup
	both.Go(func() { r.write(ctx, w, people) })
	both.Go(func() { r.rename(ctx, w, people) })
	both.Wait()
	r.mu.Lock()
	r.progress.Done, r.progress.Millis = true, time.Since(r.began).Milliseconds()
	r.mu.Unlock()
}

func (r *run) dice(purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(r.flood.Seed), purpose))
}

// each calls act n times at a rate, and ends early with ctx.
func each(ctx context.Context, n int, rate float64, act func(i int)) {
	began := time.Now()
	for i := range n {
		if rate > 0 {
			due := began.Add(time.Duration(float64(i) / rate * float64(time.Minute)))
			if wait := time.Until(due); wait > 0 {
				timer := time.NewTimer(wait)
				select {
				case <-timer.C:
				case <-ctx.Done():
					timer.Stop()
					return
				}
			}
		}
		if ctx.Err() != nil {
			return
		}
		act(i)
	}
}

// join makes the people of the flood and lets them in; without any, those who are there act.
func (r *run) join(ctx context.Context, w *world.World) []wire.ID {
	f := r.flood
	if f.People == 0 {
		return w.People(f.Guild, mostPeople)
	}
	dice := r.dice(1)
	var people []wire.ID
	each(ctx, f.People, f.JoinRate, func(i int) {
		u, err := w.NewUser(r.newcomer(dice, w.Now(), i))
		if err == nil {
			_, err = w.Join(u.ID, f.Guild)
		}
		r.note(&r.progress.Joined, err)
		if err != nil {
			return
		}
		people = append(people, u.ID)
		r.mu.Lock()
		r.progress.PeopleID = append(r.progress.PeopleID, u.ID)
		r.mu.Unlock()
	})
	return people
}

func (r *run) newcomer(dice *rand.Rand, now time.Time, i int) world.Newcomer {
	given, number := pick(dice, names), dice.IntN(10_000)
	age, bare := dice.Int64N(int64(3*365*24*time.Hour)), dice.IntN(3) == 0
	if r.flood.Young {
		age %= int64(24 * time.Hour)
	}
	n := world.Newcomer{
		Username: given + strconv.Itoa(number) + "_" + strconv.Itoa(r.progress.ID) + strconv.FormatInt(int64(i), 36), GlobalName: title(given),
		NoAvatar: r.flood.NoAvatars || bare, Created: now.Add(-time.Duration(age)),
	}
	if p := r.flood.NamePattern; p != "" {
		n.Username = plain(p) + strconv.Itoa(r.progress.ID) + "_" + strconv.Itoa(i)
		n.GlobalName = p + " " + strconv.Itoa(i)
	}
	return n
}

func (r *run) write(ctx context.Context, w *world.World, people []wire.ID) {
	channels := r.flood.Channels
	if len(channels) == 0 && len(people) > 0 {
		channels = w.Writable(people[0], r.flood.Guild)
	}
	if len(people) == 0 || len(channels) == 0 {
		return
	}
	dice := r.dice(2)
	each(ctx, r.flood.Messages, r.flood.MessageRate, func(int) {
		who, where, what := people[dice.IntN(len(people))], channels[dice.IntN(len(channels))], sentence(dice)
		if r.flood.Text != "" {
			what = r.flood.Text
		}
		_, err := w.Write(who, where, wire.MessageInput{Content: wire.Given(what)})
		r.note(&r.progress.Written, err)
	})
}

func (r *run) rename(ctx context.Context, w *world.World, people []wire.ID) {
	if len(people) == 0 {
		return
	}
	dice := r.dice(3)
	each(ctx, r.flood.Renames, r.flood.RenameRate, func(int) {
		name := title(pick(dice, names)) + " " + strconv.Itoa(dice.IntN(1000))
		_, err := w.ChangeAccount(people[dice.IntN(len(people))], world.Account{GlobalName: &name})
		r.note(&r.progress.Renamed, err)
	})
}
