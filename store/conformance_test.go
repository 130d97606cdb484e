package store_test

import (
	"testing"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.NewSQLite)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.NewPostgres)
}
