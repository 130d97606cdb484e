package store_test

import (
	"testing"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestSquadsOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.RunSquads(t, storetest.NewSQLite)
}

func TestSquadsOnPostgres(t *testing.T) {
	t.Parallel()
	storetest.RunSquads(t, storetest.NewPostgres)
}
