package store_test

import (
	"testing"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestCasesOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.RunCases(t, storetest.NewSQLite)
}

func TestCasesOnPostgres(t *testing.T) {
	t.Parallel()
	storetest.RunCases(t, storetest.NewPostgres)
}
