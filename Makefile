# Lightbox. `make` lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The environment of cdk.json that the targets work on.
ENV ?= dev

# The one whose object has its settings: dev for a pull request's, as pr-12, which need have none of its own.
SOURCE = $(shell node -p "'$(ENV)' in JSON.parse(require('fs').readFileSync('cdk.json')).context.environments ? '$(ENV)' : '$(ENV)'.replace(/^pr-[1-9][0-9]*$$/, 'dev')" 2> /dev/null)

# The application's name as it is in the names of stacks.
TITLE = $(shell node web/tools/title.mjs)

# Whether it has a site: "site" or nothing. Without Node, whatever needs it says so.
SITE = $(shell node -p "'site' in (JSON.parse(require('fs').readFileSync('cdk.json')).context.environments['$(SOURCE)'] ?? {}) ? 'site' : ''" 2> /dev/null)

# Whether it has alarms: "alarms" or nothing. A pull request's environment has none.
ALARMS = $(shell node -p "'alarms' in (JSON.parse(require('fs').readFileSync('cdk.json')).context.environments['$(ENV)'] ?? {}) ? 'alarms' : ''" 2> /dev/null)

# All of them.
ENVIRONMENTS = $(shell node -p "Object.keys(JSON.parse(require('fs').readFileSync('cdk.json')).context.environments).join(' ')")

# The pinned CDK CLI and Node come first, for npx, for jsii and for tests that run them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# Node keeps what it compiled, so that each of the many runs of the CDK CLI starts sooner.
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/compiled

CDK := node_modules/.bin/cdk
# What npm writes last: where it is missing, an install was cut short and has to begin anew.
PACKAGES := node_modules/.package-lock.json
TOOLS := tools/node/$(PACKAGES)
WEB := web/$(PACKAGES)

# Ports of the sandbox and of its pages, on this machine alone. local.mk, which is not kept in git, may have others for good:
# with a second checkout beside this one, as in HTTP = 4567.
HTTP = 4566
HTTPS = 8443
PAGES = 3000
-include local.mk
# What stands behind a number, before a comment, is no part of it.
override HTTP := $(strip $(HTTP))
override HTTPS := $(strip $(HTTPS))
override PAGES := $(strip $(PAGES))

SAY := printf '==> %s\n'

# What installs packages. npm's own words say what went wrong, the line after them what to do.
NPM_CI = npm ci --loglevel error --prefix $(1) > /dev/null || \
	{ echo 'make: npm ci in $(1) failed, see above; the first install wants a network, or npm_config_registry=URL of one within reach' >&2; exit 1; }

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  ENV=NAME chooses an environment of cdk.json (now: %s).\n' '$(ENV)'
	@printf '  HTTP=%s HTTPS=%s PAGES=%s are the ports of up and dev.\n' '$(HTTP)' '$(HTTPS)' '$(PAGES)'

# Go, Node, npm and room on the disk, or what of them is missing; for what takes ports, whether they are free. Whatever needs
# one of them needs this first.
.PHONY: needs
needs:
	@tools/needs $(if $(filter up dev doctor,$(MAKECMDGOALS)),'HTTP=$(HTTP)' 'HTTPS=$(HTTPS)' 'PAGES=$(PAGES)')

.PHONY: doctor
doctor: needs ## Say what is missing for `make up`, which asks first: Go, Node, room, ports
	@echo 'make up has what it needs: Go, Node, npm, room on the disk, and the ports $(HTTP), $(HTTPS), $(PAGES).'

.PHONY: test
test: $(PACKAGES) $(TOOLS) $(WEB) ## Check everything, offline
	@$(SAY) 'go test (the first compile of the AWS CDK takes minutes, later ones seconds; go vet is in make lint)'
	@# The longest first, so that none is left alone with one of two processors in the end.
	@env -u CDK_VALIDATION go test -vet=off -p 3 -timeout 1h -skip TestMutation . ./sandbox ./internal/proof ./cmd/lightbox ./...
	@$(SAY) 'go test: does the proof of access notice changes of the templates? (some of each kind; all in make soak)'
	@go test -vet=off -timeout 1h -v -run TestMutation ./internal/proof | grep -vE '^=== '
	@$(SAY) 'checks that need Node: resolvers, client configuration, the front end'
	@npm test --silent --prefix tools/node
	@npm test --silent --prefix web

.PHONY: clock
clock: $(PACKAGES) ## Run `make test`, or what RUN says, by a moved clock: AT='25 hours', AT=2028-02-28T23:50Z
	@tools/clock.sh '$(AT)' $(or $(RUN),$(MAKE) test)

.PHONY: synth
synth: $(PACKAGES) ## Write the templates of ENV to cdk.out, validated
	@$(SAY) 'cdk synth for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@env -u CDK_VALIDATION $(CDK) synth -q -c env=$(ENV)

.PHONY: deploy
deploy: $(PACKAGES) $(if $(filter deploy,$(MAKECMDGOALS)),$(if $(SITE),web/out/index.html)) ## Deploy ENV and write web/amplify_outputs.json; with `site`, the pages too
	@$(if $(ALARMS),go run ./cmd/lightbox bootstrapped --env $(ENV))
	@$(SAY) 'cdk deploy for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@env -u CDK_VALIDATION $(CDK) deploy --all --outputs-file ./outputs.json -c env=$(ENV) || \
		{ go run ./cmd/lightbox leftovers --unlock --env $(ENV) >&2; exit 1; }
	@go run ./cmd/lightbox outputs --in outputs.json --env $(ENV) --out web/amplify_outputs.json
	@$(if $(SITE),go run ./cmd/lightbox site deploy web/out --env $(ENV) --outputs web/amplify_outputs.json)

.PHONY: destroy
destroy: $(PACKAGES) ## Remove the stacks of ENV; data stays unless removeData says otherwise
	@case ' $(ENVIRONMENTS) ' in *' $(SOURCE) '*) ;; *) \
		echo 'make destroy: got ENV=$(ENV), want one of: $(ENVIRONMENTS). If it was taken out of cdk.json with stacks deployed,' >&2; \
		echo 'no command reaches them: put its object back, or see "Destroy" in README.md.' >&2; exit 1;; esac
	@$(CDK) destroy --all -c env=$(ENV)

# The sandbox: a local AWS. Its folder, and the command that runs it.
SANDBOX := .lightbox
LIGHTBOX := $(SANDBOX)/bin/lightbox

# What the sandbox runs is built for this machine.
HERE = -c architecture=$(shell node -p "process.arch === 'arm64' ? 'arm64' : 'x86_64'")

# What its front end reads. web/amplify_outputs.json is for deployments to AWS.
LOCAL_OUTPUTS := web/out-sandbox/amplify_outputs.json

.PHONY: $(LIGHTBOX)
$(LIGHTBOX): | needs
	@CGO_ENABLED=0 go build -o $(LIGHTBOX) ./cmd/lightbox

# Where it listens, and that its pages may upload from there if the environment takes any origin.
LISTEN = --http 127.0.0.1:$(HTTP) --https 127.0.0.1:$(HTTPS) --web-addr 127.0.0.1:$(PAGES)
FROM = $(if $(OPEN),-c origin=http://localhost:$(PAGES))
OPEN = $(shell node -p "JSON.parse(require('fs').readFileSync('cdk.json')).context.environments['$(SOURCE)']?.openOrigins ? 'open' : ''" 2> /dev/null)

.PHONY: up
up: $(PACKAGES) $(LIGHTBOX) web/out-sandbox/index.html ## Everything on this machine: a local AWS, the backend, the pages
	@$(SAY) 'the sandbox: a local AWS'
	@$(LIGHTBOX) sandbox stop > /dev/null # an older one
	@$(LIGHTBOX) sandbox --detach --env $(ENV) $(LISTEN) --web web/out-sandbox
	@$(SAY) 'cdk deploy to it, for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@eval "$$($(LIGHTBOX) sandbox env --env $(ENV))"; \
	env -u CDK_VALIDATION $(CDK) deploy --all --require-approval never --progress bar --outputs-file $(SANDBOX)/outputs.json $(HERE) $(FROM) -c env=$(ENV)
	@rm -f $(LOCAL_OUTPUTS) # of another environment, maybe
	@$(LIGHTBOX) outputs --in $(SANDBOX)/outputs.json --env $(ENV) --out $(LOCAL_OUTPUTS)
	@$(if $(SITE),eval "$$($(LIGHTBOX) sandbox env --env $(ENV))"; $(LIGHTBOX) site deploy web/out-sandbox --env $(ENV))
	@$(LIGHTBOX) sandbox status
	@echo 'Try: make seed, then open the front end. make down stops it, make reset empties it.'

.PHONY: seed
seed: $(WEB) $(LIGHTBOX) ## Fill what `make up` runs: an admin, two people, products, photos
	@$(LIGHTBOX) sandbox status > /dev/null # or why not
	@test -f $(LOCAL_OUTPUTS) || { echo 'make seed: got nothing to fill, want a local AWS that runs: `make up`' >&2; exit 1; }
	@eval "$$($(LIGHTBOX) sandbox env --env $(ENV))"; cd web && node seed/seed.mjs "$${AWS_ENDPOINT_URL#http://}" $(LOCAL_OUTPUTS:web/%=%)

.PHONY: down
down: $(LIGHTBOX) ## Stop the local AWS; what it keeps stays
	@$(LIGHTBOX) sandbox stop

.PHONY: reset
reset: down ## Empty the local AWS: users, files, rows and stacks
	@$(LIGHTBOX) sandbox reset

.PHONY: dev
dev: $(PACKAGES) $(LIGHTBOX) ## A local AWS that deploys what you save, at once
	@$(SAY) 'cdk synth for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@CDK_VALIDATION=false $(CDK) synth -q $(HERE) $(FROM) -c env=$(ENV) > /dev/null
	@$(LIGHTBOX) sandbox stop > /dev/null # that of make up
	@$(LIGHTBOX) sandbox --assembly cdk.out --resynth --env $(ENV) $(LISTEN) $(if $(wildcard $(LOCAL_OUTPUTS)),--web web/out-sandbox)

# Tests have a sandbox of their own, at free ports, so that they are not in the way of the one of `make up`, or of another folder's.
FRESH := $(SANDBOX)/fresh
# Whose pages may call it: those of web/e2e/where.ts, which the sandbox does not serve itself.
FRESH_ORIGINS := http://localhost:3000 http://foreign.localhost:3000

# Starts it, deploys dev to it by the CDK CLI, and ends it with the shell.
define FRESH_SANDBOX
$(LIGHTBOX) sandbox stop --data $(FRESH); rm -rf $(FRESH); \
trap '$(LIGHTBOX) sandbox stop --data $(FRESH)' EXIT; \
ready=$$($(LIGHTBOX) sandbox --detach --ready json --data $(FRESH) --http 127.0.0.1:0 --https 127.0.0.1:0 $(FRESH_ORIGINS:%=--origin %)); \
eval "$$($(LIGHTBOX) sandbox env --data $(FRESH))"; \
CDK_VALIDATION=false $(CDK) deploy --all --require-approval never --progress bar --outputs-file $(FRESH)/outputs.json \
	--output $(FRESH)/cdk.out $(HERE) -c env=dev > $(FRESH)/deploy.log 2>&1 || { cat $(FRESH)/deploy.log; exit 1; }; \
$(LIGHTBOX) outputs --in $(FRESH)/outputs.json --env dev --out $(FRESH)/amplify_outputs.json; \
unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 AWS_CA_BUNDLE; \
export LIGHTBOX_HTTP=$$(node -p 'JSON.parse(process.argv[1]).http' "$$ready") LIGHTBOX_HTTPS=$$(node -p 'JSON.parse(process.argv[1]).https' "$$ready"); \
export LIGHTBOX_OUTPUTS="$(CURDIR)/$(FRESH)/amplify_outputs.json"
endef

# A free port, for what has to be told one.
A_PORT := const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })

.PHONY: smoke
smoke: $(PACKAGES) $(TOOLS) $(LIGHTBOX) ## Take the README's tour with Amplify's client, on a fresh local AWS
	@$(SAY) 'a fresh sandbox, cdk deploy to it, and the tour'
	@$(FRESH_SANDBOX); \
	for script in smoke negative; do (cd tools/node && node --import ./aws-hosts.mjs $$script.mjs "$$LIGHTBOX_OUTPUTS"); done

# The attacks of internal/attack. Its own exit code is 3 when one got through, of which make makes 2.
ATTACK := $(SANDBOX)/bin/attack

.PHONY: attack
attack: $(PACKAGES) $(LIGHTBOX) ## Try over 1,500 attacks, each beside a control, on a fresh local AWS; ONLY='CDN,tokens' for some
	@$(SAY) 'a fresh sandbox, cdk deploy to it, and the attacks'
	@CGO_ENABLED=0 go build -o $(ATTACK) ./cmd/attack
	@$(FRESH_SANDBOX); $(ATTACK) --http "$$LIGHTBOX_HTTP" --only '$(ONLY)'

.PHONY: e2e
e2e: $(PACKAGES) web/out/index.html $(LIGHTBOX) ## Use the pages in Chromium, on a fresh local AWS
	@$(SAY) 'a fresh sandbox, cdk deploy to it, and the production build in Chromium'
	@$(FRESH_SANDBOX); LIGHTBOX_PAGES_PORT=$$(node -e '$(A_PORT)'); export LIGHTBOX_PAGES_PORT; (cd web && npm run --silent e2e)
	@$(SAY) 'the same build in Chromium, as a site serves it'
	@go test -count=1 ./cmd/lightbox -run TestSite_inChromium -args -chromium

.PHONY: broken
broken: $(PACKAGES) web/out/index.html $(LIGHTBOX) ## Break what is deployed, and see the tests in Chromium notice (10 minutes)
	@$(SAY) 'cdk synth for dev, and one break after another'
	@CDK_VALIDATION=false $(CDK) synth -q $(HERE) -c env=dev --output $(SANDBOX)/broken > /dev/null
	@cd web && LIGHTBOX_ASSEMBLY="$(CURDIR)/$(SANDBOX)/broken" npm run --silent broken

# The front end: the production build, and the same with the way to the sandbox in it.
$(WEB): web/package-lock.json | needs
	@$(SAY) 'npm ci: the front end'
	@$(call NPM_CI,web)
	@touch $(WEB)

# Sources are found and not asked of git, which knows nothing of a folder that was downloaded.
SOURCES := web/app web/components web/graphql web/lib web/public web/sandbox web/styles web/tools
# web/.built is there when the last build came to its end: one that was cut short has pages too.
web/out/index.html: $(WEB) web/.title web/package.json web/next.config.ts web/tsconfig.json api/schema.graphql \
		$(shell find $(SOURCES) -type f ! -name generated.ts) $(if $(wildcard web/.built),,FORCE)
	@$(SAY) 'the production build of the front end'
	@rm -f web/.built
	@npm run --silent build --prefix web
	@touch web/.built

# Written where the name is another than in the last build.
web/.title: FORCE | $(PACKAGES)
	@node web/tools/title.mjs | cmp -s - $@ || node web/tools/title.mjs > $@

.PHONY: FORCE
FORCE:

# The same of web/.sandbox, which says where these pages find the sandbox.
web/out-sandbox/index.html: web/out/index.html $(wildcard sandbox/browser/*.js) $(if $(filter $(HTTP),$(shell cat web/.sandbox 2> /dev/null)),,FORCE)
	@rm -f web/.sandbox
	@npm run --silent sandbox --prefix web -- 127.0.0.1:$(HTTP)
	@echo $(HTTP) > web/.sandbox

# The sandbox beside other emulators. They come when it is asked, into a folder that goes.
BESIDE_NPM := dynalite@4.0.0 fauxqs@2.4.1
BESIDE_PIP := moto[server]==5.2.5 ministack==1.5.33

.PHONY: beside
beside: | needs ## Time the sandbox beside fauxqs, dynalite, moto and MiniStack (6 minutes; wants Python)
	@$(SAY) 'other emulators, into a folder that goes'
	@beside=$$(mktemp -d); trap 'rm -rf "$$beside"' EXIT; \
	npm install --silent --no-save --no-package-lock --prefix "$$beside" $(BESIDE_NPM); \
	python3 -m venv "$$beside/venv"; "$$beside/venv/bin/pip" install --quiet --disable-pip-version-check $(BESIDE_PIP:%='%'); \
	CGO_ENABLED=0 go build -o "$$beside/lightbox" ./cmd/lightbox; \
	go test -count=1 -timeout 1h -v ./sandbox/beside -args -beside "$$beside" -objects 300000 -rows 1000000

# What people without Go get, docs/WITHOUT-GO.md: what is beside the program is laid out in .lightbox/release, for this machine or
# for every platform, and packed in dist/.
RELEASED = .lightbox/release/$(shell go env GOOS GOARCH | paste -sd _)

# Does what the page says with what is in dist, in empty folders.
TRY_PACKED = $(SAY) 'docs/WITHOUT-GO.md, in empty folders'; node --test --test-reporter spec tools/release/packed.test.mjs

# Archives by GoReleaser, and packages; $(1) is here or all.
define RELEASE
$(SAY) 'folders with the program, the backend and the pages'; \
node tools/release/stage.mjs $(1); \
$(SAY) 'GoReleaser (its first build takes four minutes on two cores)'; \
export $$(node tools/release/version.mjs); \
go tool -modfile=tools/goreleaser/go.mod goreleaser check --quiet; \
go tool -modfile=tools/goreleaser/go.mod goreleaser release --snapshot --clean --parallelism 2 | sed -n '/building\|archiving\|succeeded\|failed\|error/p'; \
node tools/release/npm.mjs $(1); \
$(TRY_PACKED)
endef

.PHONY: packed
packed: $(PACKAGES) web/out/index.html ## What people without Go get, for this machine, but for the archive: packed, installed, used
	@$(SAY) 'a folder with the program, the backend and the pages'
	@rm -rf dist
	@node tools/release/stage.mjs here
	@export $$(node tools/release/version.mjs); \
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.released=$$LIGHTBOX_VERSION" -o $(RELEASED)/lightbox ./cmd/lightbox
	@node tools/release/npm.mjs here
	@$(TRY_PACKED)

.PHONY: snapshot
snapshot: $(PACKAGES) web/out/index.html ## What people without Go get, for this machine, with the archive: packed, unpacked, used
	@export LIGHTBOX_ONLY=$(notdir $(RELEASED)); $(call RELEASE,here)

.PHONY: release
release: $(PACKAGES) web/out/index.html ## Archives and npm packages for every platform, in dist/; nothing is published
	@go -C tools/goreleaser mod tidy -diff
	@$(call RELEASE,all)


# A test of the sandbox at full length: the package, the tests, and their flags. The last lines say what was seen.
SOAK = go test -count=1 -timeout 30m -v

.PHONY: soak
soak: $(PACKAGES) $(TOOLS) ## The long tests: load, kills, sign-ins, DynamoDB, pictures, mutants, the judges (an hour)
	@{ $(SAY) '200 people for a minute; thousands of idle and slow clients'; \
	$(SOAK) ./sandbox -run 'TestLoad|TestCrowd' -args -users 200 -load 1m -sockets 2000; \
	$(SAY) 'the same under the race detector, shorter'; \
	$(SOAK) -race ./sandbox -run 'TestLoad|TestCrowd' -args -users 40 -load 20s -sockets 300; \
	$(SAY) 'kill -9, 100 times while it writes, 40 times while it deploys, and of its function and it after each call of that'; \
	$(SOAK) ./sandbox -run 'TestKill|TestHide_|TestRender_isMadeGood|TestErase_goesOn|TestLeaving_M94' -args -kills 100 -deploy-kills 40 -every-kill -function-kills 50; \
	$(SOAK) ./sandbox/store -run survivesKills -args -kills 100; \
	$(SAY) 'kill -9 of lightbox verify, 24 times while it walks'; \
	$(SOAK) ./internal/verify/tour -run TestWalk_ofDev -args -kills 24; \
	$(SAY) 'a sweep of 100,000 objects'; \
	$(SOAK) ./sandbox -run TestSweep_goesOn -args -swept 100000; \
	$(SAY) '1,000 sign-ins by SRP, 100 more by the real client'; \
	LIGHTBOX_SRP_SIGNINS=1000 $(SOAK) ./sandbox/cognito -run 'TestSRP_acceptsTheRightPasswordAndNoOther|TestAmplify_acceptsTheRightPasswordAndNoOther'; \
	$(SAY) 'transactions of DynamoDB against a model'; \
	$(SOAK) ./sandbox/dynamodb -run TestTransactions_areTheirActionsInSequence -args -transactions 5000; \
	$(SAY) 'hotswap, watch and deployments without a change set by the CDK CLI'; \
	$(SOAK) ./sandbox -run TestHotswap -args -hotswap; \
	$(SAY) 'every construct of the CDK, and a public app as it is, by its own CLI (wants a network)'; \
	$(SOAK) ./sandbox -run TestConstructs -args -every-construct; \
	folder=$$(mktemp -d); $(SOAK) ./sandbox -run TestPublicApp -args -public-app "$$folder/app"; rm -rf "$$folder"; \
	$(SAY) "a group of one's own, docs/editors.diff: synthesized and proven part by part"; \
	$(SOAK) . -run TestEditors -args -editors; \
	$(SAY) "a function of one's own, docs/signup.diff: tested, proven, deployed, and asked who may sign up"; \
	$(SOAK) . -run TestSignup -args -signup; \
	$(SAY) 'the commands of the runbook, with the deployments of the CDK CLI'; \
	$(SOAK) . -run TestRunbook -args -runbook; \
	$(SAY) 'the proof of access and a deployment, with each setting changed alone'; \
	$(SOAK) . -run TestSettings -args -alone; \
	$(SAY) 'a table, and stacks that are gone, restored by the CDK CLI step by step'; \
	$(SOAK) . -run TestRestore_ -args -restore-by-cli; \
	$(SAY) 'figures'; \
	$(SOAK) ./sandbox -run TestFigures -args -figures; \
	$(SAY) 'pictures: peak memory of what means harm and of 50 million pixels; 12, 24 and 48 million beside sharp'; \
	$(SOAK) ./internal/pictures -run 'TestPeak|TestFigures' -args -peaks -figures; \
	$(SAY) 'reading back with each action but one of the policy that it needs'; \
	$(SOAK) ./internal/verify -run TestDeployed -args -every-action; \
	$(SAY) 'every mutant of templates, schema and resolvers, and 50 of them made by hand in the sandbox (half an hour)'; \
	$(SOAK) -timeout 2h ./internal/proof -run 'TestMutation|TestMutants_|TestProve_noticesEveryChange' -args -every-mutant; } | grep --line-buffered -v '^=== '
	@$(MAKE) attack
	@$(MAKE) e2e
	@$(MAKE) release
	@$(MAKE) judges

.PHONY: judges
judges: $(PACKAGES) $(TOOLS) ## Ask outside judges how far the sandbox is AWS's, and write docs/FIDELITY.md anew (10 minutes)
	@folder=$$(mktemp -d); trap 'chmod -R u+w "$$folder"; rm -r "$$folder"' EXIT; failed=; \
	export LIGHTBOX_FIDELITY="$(CURDIR)/sandbox/fidelity/records"; \
	$(SAY) 'the packages of the judges, into a folder that goes'; \
	tools/judges/fetch "$$folder"; \
	ask() { $(SAY) "$$1"; shift; $(SOAK) "$$@" | grep --line-buffered -v '^=== ' || failed=yes; }; \
	ask '50,000 operations of DynamoDB against dynalite' ./sandbox/dynamodb -run 'TestDifferential$$' -args -operations 50000; \
	ask 'the same against DynamoDB Local, where LIGHTBOX_DYNAMODB_LOCAL names its folder' ./sandbox/dynamodb -run 'TestLocal$$' -args -operations 20000; \
	ask 'a second opinion on 12,000 requests and on the policies that ship' ./sandbox/iam -run TestSecondOpinion -args -second-opinion "$$folder"; \
	ask 'clients, suites and models by others, on one sandbox' ./sandbox/fidelity -run TestJudges -args -judges "$$folder"; \
	ask 'docs/FIDELITY.md' ./sandbox -run TestFidelityPage -args -update; \
	test -z "$$failed" || { echo 'make judges: a judge holds something against the sandbox that no table lists, or is missing: see above' >&2; exit 1; }

# make takes USER from the shell's environment, which is who is logged in and never whom
# they mean: only a USER on the command line counts.
.PHONY: admin
admin: export ADMIN := $(if $(filter command line,$(origin USER)),$(USER))
admin: export INTO := $(if $(filter command line,$(origin GROUP)),$(GROUP),Admins)
admin: | needs ## Put USER into the group Admins of ENV, or into GROUP (needs the AWS CLI)
	@test -n "$$ADMIN" || { echo 'make admin: got no user, want USER=name, as in `make admin USER=alice ENV=$(ENV)`' >&2; exit 1; }
	@pool=$$(node -p "try { JSON.parse(require('fs').readFileSync('outputs.json'))['$(TITLE)-$(ENV)-Auth'].UserPoolId } catch { '' }"); \
	region=$$(node -p "JSON.parse(require('fs').readFileSync('cdk.json')).context.environments['$(SOURCE)']?.region ?? ''"); \
	test -n "$$region" || { echo 'make admin: got ENV=$(ENV), want one of: $(ENVIRONMENTS)' >&2; exit 1; }; \
	if test -z "$$pool" || test "$$pool" = undefined; then \
		$(SAY) 'outputs.json has no user pool of $(ENV): asking CloudFormation'; \
		pool=$$(aws cloudformation describe-stacks --region "$$region" --stack-name $(TITLE)-$(ENV)-Auth --output text \
			--query "Stacks[0].Outputs[?OutputKey=='UserPoolId'].OutputValue") && test -n "$$pool" || \
			{ echo 'make admin: got no UserPoolId of $(TITLE)-$(ENV)-Auth, want it deployed: `make deploy ENV=$(ENV)`' >&2; exit 1; }; \
	fi; \
	aws cognito-idp admin-add-user-to-group --region "$$region" --user-pool-id "$$pool" --username "$$ADMIN" --group-name "$$INTO" && \
	echo "$$ADMIN is in $$INTO; it counts from the next sign-in"

.PHONY: own
own: $(PACKAGES) ## Make a fork your own: MODULE=github.com/you/shop APP=shop, and NPM=@you/shop for its npm packages
	@node tools/own.mjs '$(MODULE)' '$(APP)' '$(NPM)'

.PHONY: lint
lint: $(PACKAGES) $(TOOLS) ## Lint the Go code, the resolvers and the workflows
	@$(SAY) 'go mod tidy, of the program and of its tools'
	@go mod tidy -diff
	@go -C tools mod tidy -diff
	@$(SAY) 'golangci-lint (its first build takes minutes)'
	@go tool -modfile=tools/go.mod golangci-lint run
	@$(SAY) 'actionlint, over the workflows'
	@go tool -modfile=tools/go.mod actionlint .github/workflows/*.yml
	@$(SAY) "AppSync's linter, over the resolvers and over what is deployed of them"
	@rm -rf tools/node/resolvers && mkdir tools/node/resolvers
	@cp -R api/resolvers tools/node/resolvers/sources
	@go run ./api/bundles tools/node/resolvers/bundles
	@npm run --silent lint --prefix tools/node

.PHONY: nag
nag: $(PACKAGES) $(TOOLS) ## Hold the golden templates, which make test holds to the program, against cdk-nag
	@$(SAY) 'cdk-nag over the golden templates'
	@cd tools/node && npm run --silent nag $(ENVIRONMENTS:%=../../testdata/%) ../../testdata/prod-site ../../testdata/prod-operations

.PHONY: fmt
fmt: | needs ## Format the Go code
	@go tool -modfile=tools/go.mod golangci-lint fmt

.PHONY: golden
golden: $(PACKAGES) ## Write golden templates, branches, schema and table of settings anew; review the change
	@go test . -run Golden -update && go test ./internal/plan -run 'Golden|Deployed' -update && \
		go test ./internal/proof -run Golden -update && \
		go test ./internal/config -run 'Schema|Settings' -update && \
		git --no-pager diff --stat -- testdata internal/plan/testdata internal/proof/branches.json docs/cdk.schema.json README.md

.PHONY: fixture
fixture: | needs ## Keep prod of AT, a tag, as what people upgrade from: AT=v0.1.0; commit it
	@test -n '$(AT)' || { echo 'make fixture: got no tag, want AT=v0.1.0' >&2; exit 1; }
	@commit=$$(git rev-parse --verify --quiet '$(AT)^{commit}') || { echo 'make fixture: got AT=$(AT), want a tag or a commit' >&2; exit 1; }; \
	folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
	git archive "$$commit" | tar -x -C "$$folder"; \
	rm -rf testdata/upgrade; mkdir testdata/upgrade; \
	cp "$$folder"/testdata/prod/*.json testdata/upgrade; \
	(cd "$$folder" && go run ./api/bundles "$(CURDIR)/testdata/upgrade/code"); \
	cp "$$folder/api/schema.graphql" testdata/upgrade/code; \
	printf 'Prod as it was at the commit %s (AT=%s).\n`make fixture` writes this folder: see "Upgrading" in CONTRIBUTING.md.\n' \
		"$$commit" '$(AT)' > testdata/upgrade/NOTICE

# The wheel that has CloudFormation's resource schemas in it. A newer version of it has newer schemas.
CFN_LINT_VERSION := 1.58.0

.PHONY: types
types: | needs ## Write the table of resource types anew; CFN_LINT=FILE is a wheel of cfn-lint, else pip gets it
	@wheel='$(CFN_LINT)'; if test -z "$$wheel"; then \
		folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
		python3 -m pip download --quiet --no-deps --dest "$$folder" cfn-lint==$(CFN_LINT_VERSION) || \
			{ echo 'make: got no cfn-lint, want Python with pip and a network, or CFN_LINT=FILE' >&2; exit 1; }; \
		wheel=$$(echo "$$folder"/*.whl); \
	fi; \
	go run ./sandbox/cloudformation/schema/generate "$$wheel"
	@git --no-pager diff --stat -- sandbox/cloudformation/schema

$(PACKAGES): package-lock.json | needs
	@$(SAY) 'npm ci: the pinned CDK CLI and Node'
	@$(call NPM_CI,.)
	@touch $(PACKAGES)

$(TOOLS): tools/node/package-lock.json | needs
	@$(SAY) 'npm ci: packages that only checks need'
	@$(call NPM_CI,tools/node)
	@touch $(TOOLS)
