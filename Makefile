# make help lists what there is. Only Go is needed to build; .ci/services brings the rest.

GOLANGCI := v2.15.0
LINT     := .cache/bin/golangci-lint-$(GOLANGCI)
AIR      := v1.67.4
RELOADER := .cache/bin/air-$(AIR)

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT   := $(shell git rev-parse HEAD 2>/dev/null)
DATE     := $(shell git show -s --format=%cI HEAD 2>/dev/null)
LDFLAGS  := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

.DEFAULT_GOAL := help
.PHONY: help dev build test bench lint cover messages assets node_modules

help: ## this list
	@awk -F ':.*## ' '/^[a-z_]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: $(RELOADER) ## run everything on this machine, built and started again when code changes, pages read at each request
	$(RELOADER) -tmp_dir .cache/air -build.cmd 'go build -o .cache/air/smarterdev .' -build.entrypoint .cache/air/smarterdev,dev,--live \
		-build.include_ext go,sql -build.exclude_dir .cache,data,dist,docs,ui/node_modules \
		-build.send_interrupt true -build.kill_delay 10s -log.main_only true -misc.startup_banner ""

build: ## build ./smarterdev, stripped and without paths of this machine
	CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '$(LDFLAGS)' -o smarterdev .

test: ## run every test beside a throw-away Postgres and Redis (PROOFS=full: the long proofs whole)
	.ci/services .ci/test

bench: build ## ours beside what could be done at best, as a table (BENCH=-help: what can be chosen)
	SERVICES_FSYNC=on .ci/services go run ./app/apptest/bench $(BENCH)

lint: $(LINT) ## go vet, staticcheck and the rest of golangci-lint
	CGO_ENABLED=0 GOFLAGS=-trimpath $(LINT) run ./...

cover: ## test coverage, as a table and in coverage.html
	.ci/services go test -coverpkg=./... -coverprofile=coverage.out ./...
	go tool cover -html=coverage.out -o coverage.html
	go tool cover -func=coverage.out | tail -n 1

messages: ## write the sentences of the program into the catalogues of ui/i18n, for translators
	go test ./ui/i18n/extract -run CataloguesHold -update

assets: node_modules ## build dist/ from the sources in ui/ (needs Node.js)
	node ui/build.mjs

node_modules:
	cd ui && npm ci --no-progress

$(LINT):
	GOBIN=$(CURDIR)/.cache/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	mv .cache/bin/golangci-lint $@

$(RELOADER):
	GOBIN=$(CURDIR)/.cache/bin go install github.com/air-verse/air@$(AIR)
	mv .cache/bin/air $@
