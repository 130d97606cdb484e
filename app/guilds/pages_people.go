package guilds

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"golang.org/x/sync/errgroup"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/ui"
)

const (
	peoplePath        = "/admin/users"
	maxSearchedGuilds = 20 // guilds that a name is looked for in
	maxFound          = 25 // people in each
	maxOffered        = 10 // people while one types
	searchTimeout     = 3 * time.Second
	maxConcurrent     = 5 // concurrent requests to Discord
)

// search looks for people by id or name in the guilds that the person may see.
func (d pages) search(r *dashboard.Request) (dashboard.Response, error) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	view := ui.UserSearch{Path: peoplePath, Asked: query != "",
		Query: ui.Field{Name: "q", Label: r.T("Name or ID"), Type: "search", Value: query, Longest: 100}}
	guilds, err := r.Guilds()
	if err != nil {
		return dashboard.Response{}, err
	}
	guilds = guilds[:min(len(guilds), maxSearchedGuilds)]
	if query != "" {
		id, err := strconv.ParseInt(query, 10, 64)
		byID := err == nil && id > 0 && len(query) > 14
		found, broken := d.searchGuilds(r.Context(), guilds, func(ctx context.Context, g snowflake.ID) ([]discord.Member, error) {
			if byID {
				return d.memberByID(ctx, g, snowflake.ID(id))
			}
			return d.who.Search(ctx, g, query, maxFound)
		})
		if broken {
			view.Broken = r.T("Discord did not respond for every server, so the results may be incomplete.")
		}
		view.Found = merge(guilds, found)
		if byID && len(view.Found) == 0 {
			view.Found = []ui.UserRow{{Person: ui.Person{ID: snowflake.ID(id)}, Guilds: []string{r.T("not in any server that you can see")}}}
		}
	}
	return dashboard.Response{Head: ui.Head{Title: r.T("People"), Lead: r.T("Members of the servers that you manage.")}, Body: view}, nil
}

// members lists those of a guild whose name begins with what was typed into the field that the
// query names as "of".
func (d pages) members(r *dashboard.Request) (dashboard.Response, error) {
	query := r.URL.Query()
	name := strings.TrimPrefix(strings.TrimSpace(query.Get(query.Get("of"))), "@")
	var view ui.UserOptions
	if name != "" {
		found, err := d.who.Search(r.Context(), r.Guild.ID, name, maxOffered)
		if err != nil {
			return dashboard.Response{}, err
		}
		view.Found = merge([]ui.GuildHead{r.Guild}, [][]discord.Member{found})
	}
	return dashboard.Response{Title: r.T("Members"), Body: view}, nil
}

func (d pages) memberByID(ctx context.Context, guild, user snowflake.ID) ([]discord.Member, error) {
	m, err := d.who.Member(ctx, guild, user)
	if errors.Is(err, directory.ErrUnknown) {
		return nil, nil
	}
	return []discord.Member{m}, err
}

// searchGuilds looks for members in several guilds concurrently; broken reports that some failed.
func (d pages) searchGuilds(ctx context.Context, guilds []ui.GuildHead, ask func(context.Context, snowflake.ID) ([]discord.Member, error)) (found [][]discord.Member, broken bool) {
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	found = make([][]discord.Member, len(guilds))
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(maxConcurrent)
	for i, guild := range guilds {
		g.Go(func() error {
			members, err := ask(ctx, guild.ID)
			mu.Lock()
			defer mu.Unlock()
			found[i] = members
			broken = broken || err != nil
			return nil
		})
	}
	_ = g.Wait() // none of them fails
	return found, broken
}

// merge makes one row of each person, with the guilds that they were found in.
func merge(guilds []ui.GuildHead, found [][]discord.Member) []ui.UserRow {
	rows := make(map[snowflake.ID]*ui.UserRow)
	for i, members := range found {
		for _, m := range members {
			row := rows[m.User.ID]
			if row == nil {
				row = &ui.UserRow{Person: dashboard.ShowMember(m), Username: m.User.Username}
				rows[m.User.ID] = row
			}
			row.Guilds = append(row.Guilds, guilds[i].Name)
		}
	}
	var all []ui.UserRow
	for _, row := range rows {
		all = append(all, *row)
	}
	slices.SortFunc(all, func(a, b ui.UserRow) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(len(all), maxFound)]
}

// person shows who someone is, from the guilds that the asker may see, and what features add.
func (d pages) person(r *dashboard.Request) (dashboard.Response, error) {
	id, err := r.UserID()
	if err != nil {
		return dashboard.Response{}, err
	}
	guilds, err := r.Guilds()
	if err != nil {
		return dashboard.Response{}, err
	}
	guilds = guilds[:min(len(guilds), maxSearchedGuilds)]
	found, _ := d.searchGuilds(r.Context(), guilds, func(ctx context.Context, g snowflake.ID) ([]discord.Member, error) {
		return d.memberByID(ctx, g, id)
	})
	view := ui.UserPage{ID: id, Who: ui.Person{ID: id}, Parts: d.web.UserParts(r)}
	for i, members := range found {
		for _, m := range members {
			if view.Who.Name == "" {
				view.Who, view.Username = dashboard.ShowMember(m), m.User.Username
			}
			view.Joined = append(view.Joined, d.joined(r.Context(), guilds[i], m))
		}
	}
	view.Unknown = len(view.Joined) == 0
	if r.Person.Admin {
		view.SignIns = peoplePath + "/" + id.String() + "/sessions"
	}
	title := view.Who.Name
	if title == "" {
		title = r.T("Unknown person")
	}
	return dashboard.Response{Head: ui.Head{Title: title}, Body: view}, nil
}

func (d pages) joined(ctx context.Context, g ui.GuildHead, m discord.Member) ui.Joined {
	joined := ui.Joined{Guild: g, Since: m.JoinedAt}
	guild, err := d.who.Guild(ctx, g.ID)
	if err != nil {
		return joined // without its roles
	}
	for _, role := range guild.Roles {
		if slices.Contains(m.RoleIDs, role.ID) {
			joined.Roles = append(joined.Roles, ui.Role{ID: role.ID, Name: role.Name, Color: role.Color})
		}
	}
	return joined
}
