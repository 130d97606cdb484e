package rest

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// scope reads where commands belong: a guild, or 0 for everywhere. Another application's are 50001.
func (c *call) scope() (guild wire.ID, err error) {
	app, err := c.id("app")
	if err != nil {
		return 0, err
	}
	if app != c.world.Application().ID {
		return 0, problem.New(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	if chi.URLParam(c.Request, "guild") == "" {
		return 0, nil
	}
	return c.id("guild")
}

func getCommands(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	list, err := c.world.Commands(guild)
	if err != nil || c.queryBool("with_localizations") {
		return list, err
	}
	for i, cmd := range list {
		list[i] = new(*cmd)
		list[i].NameLocalizations, list[i].DescriptionLocalizations = nil, nil
	}
	return list, nil
}

func setCommands(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	var in []wire.Command
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.SetCommands(guild, in)
}

func addCommand(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	var in wire.Command
	if err := c.body(&in); err != nil {
		return nil, err
	}
	cmd, made, err := c.world.AddCommand(guild, in)
	if made {
		c.status = http.StatusCreated
	}
	return cmd, err
}

func getCommand(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	id, err := c.id("command")
	if err != nil {
		return nil, err
	}
	return c.world.Command(guild, id)
}

func editCommand(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	id, err := c.id("command")
	if err != nil {
		return nil, err
	}
	if err := c.body(&struct{}{}); err != nil {
		return nil, err
	}
	return c.world.EditCommand(guild, id, func(cmd *wire.Command) error { return wire.Decode(c.raw, cmd) })
}

func deleteCommand(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	id, err := c.id("command")
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteCommand(guild, id)
}

type commandAccess struct {
	ID            wire.ID                  `json:"id"`
	ApplicationID wire.ID                  `json:"application_id"`
	GuildID       wire.ID                  `json:"guild_id"`
	Permissions   []wire.CommandPermission `json:"permissions"`
}

func getAllAccess(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	all, err := c.world.AllAccess(guild)
	if err != nil {
		return nil, err
	}
	list := []commandAccess{}
	for id, set := range all {
		list = append(list, commandAccess{id, c.world.Application().ID, guild, set})
	}
	return list, nil
}

func getAccess(c *call) (any, error) {
	guild, err := c.scope()
	if err != nil {
		return nil, err
	}
	id, err := c.id("command")
	if err != nil {
		return nil, err
	}
	set, err := c.world.Access(guild, id)
	if err != nil {
		return nil, err
	}
	return commandAccess{id, c.world.Application().ID, guild, set}, nil
}
