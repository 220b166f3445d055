# Lightbox. `make` lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The environment of cdk.json that the targets work on.
ENV ?= dev

# All of them.
ENVIRONMENTS = $(shell node -p "Object.keys(JSON.parse(require('fs').readFileSync('cdk.json')).context.environments).join(' ')")

# The pinned CDK CLI and Node come first, for npx, for jsii and for tests that run them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

CDK := npx --no-install cdk
SAY := printf '==> %s\n'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  ENV=NAME chooses an environment of cdk.json (now: %s).\n' '$(ENV)'

.PHONY: test
test: node_modules tools/node/node_modules ## Check everything, offline
	@$(SAY) 'go vet (the first compile of the AWS CDK takes minutes, later ones seconds)'
	@go vet ./...
	@$(SAY) 'go test'
	@env -u CDK_VALIDATION go test -skip TestMutation ./...
	@$(SAY) 'go test: does the proof of access notice every change of the templates?'
	@go test -v -run TestMutation ./internal/proof | grep -vE '^=== '
	@$(SAY) 'checks that need Node: resolvers, client configuration'
	@npm test --silent --prefix tools/node

.PHONY: synth
synth: node_modules ## Write the templates of ENV to cdk.out, validated
	@$(SAY) 'cdk synth for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@env -u CDK_VALIDATION $(CDK) synth -q -c env=$(ENV)

.PHONY: deploy
deploy: node_modules ## Deploy ENV and write web/amplify_outputs.json
	@$(SAY) 'cdk deploy for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@env -u CDK_VALIDATION $(CDK) deploy --all --outputs-file ./outputs.json -c env=$(ENV)
	@go run ./cmd/lightbox outputs --in outputs.json --env $(ENV) --out web/amplify_outputs.json

.PHONY: destroy
destroy: node_modules ## Remove the stacks of ENV; data stays unless removeData says otherwise
	@$(CDK) destroy --all -c env=$(ENV)

# The sandbox: a local AWS. Its folder, and the command that runs it.
SANDBOX := .lightbox
LIGHTBOX := $(SANDBOX)/bin/lightbox

.PHONY: $(LIGHTBOX)
$(LIGHTBOX): ## (built by the targets that need it)
	@go build -o $(LIGHTBOX) ./cmd/lightbox

.PHONY: up
up: node_modules $(LIGHTBOX) ## Start a local AWS and deploy to it: a running backend, offline
	@$(SAY) 'the sandbox: a local AWS'
	@$(LIGHTBOX) sandbox --detach --env $(ENV)
	@$(SAY) 'cdk deploy to it, for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@eval "$$($(LIGHTBOX) sandbox env --env $(ENV))"; \
	env -u CDK_VALIDATION $(CDK) deploy --all --require-approval never --progress bar --outputs-file $(SANDBOX)/outputs.json -c env=$(ENV)
	@mkdir -p web
	@$(LIGHTBOX) outputs --in $(SANDBOX)/outputs.json --env $(ENV) --out web/amplify_outputs.json
	@$(LIGHTBOX) sandbox status

.PHONY: down
down: $(LIGHTBOX) ## Stop the local AWS; what it keeps stays
	@$(LIGHTBOX) sandbox stop

.PHONY: reset
reset: down ## Empty the local AWS: users, files, rows and stacks
	@$(LIGHTBOX) sandbox reset

.PHONY: dev
dev: node_modules $(LIGHTBOX) ## A local AWS that deploys what you save, at once
	@$(SAY) 'cdk synth for $(ENV) (the first compile of the AWS CDK takes minutes)'
	@CDK_VALIDATION=false $(CDK) synth -q -c env=$(ENV) > /dev/null
	@$(LIGHTBOX) sandbox --assembly cdk.out --resynth --env $(ENV)

# Another sandbox beside the one of `make up`, so that neither is in the way of the other.
SMOKE := $(SANDBOX)/smoke
SMOKE_HTTP := 127.0.0.1:4599
SMOKE_HTTPS := 127.0.0.1:8499

.PHONY: smoke
smoke: node_modules tools/node/node_modules $(LIGHTBOX) ## Take the README's tour with Amplify's client, on a fresh local AWS
	@$(LIGHTBOX) sandbox stop --data $(SMOKE) && rm -rf $(SMOKE)
	@$(SAY) 'a fresh sandbox, and cdk deploy to it'
	@trap '$(LIGHTBOX) sandbox stop --data $(SMOKE)' EXIT; \
	$(LIGHTBOX) sandbox --detach --data $(SMOKE) --http $(SMOKE_HTTP) --https $(SMOKE_HTTPS); \
	eval "$$($(LIGHTBOX) sandbox env --data $(SMOKE) --http $(SMOKE_HTTP))"; \
	CDK_VALIDATION=false $(CDK) deploy --all --require-approval never --progress bar --outputs-file $(SMOKE)/outputs.json --output $(SMOKE)/cdk.out -c env=dev > $(SMOKE)/deploy.log 2>&1 || \
		{ cat $(SMOKE)/deploy.log; exit 1; }; \
	$(LIGHTBOX) outputs --in $(SMOKE)/outputs.json --env dev --out $(SMOKE)/amplify_outputs.json; \
	unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3; export LIGHTBOX_HTTP=$(SMOKE_HTTP) LIGHTBOX_HTTPS=$(SMOKE_HTTPS); \
	for script in smoke negative; do (cd tools/node && node --import ./aws-hosts.mjs $$script.mjs ../../$(SMOKE)/amplify_outputs.json); done

# make takes USER from the shell's environment, which is who is logged in and never whom
# they mean: only a USER on the command line counts.
.PHONY: admin
admin: export ADMIN := $(if $(filter command line,$(origin USER)),$(USER))
admin: ## Put USER into the group Admins of ENV (needs the AWS CLI)
	@test -n "$$ADMIN" || { echo 'make admin: got no user, want USER=name, as in `make admin USER=alice ENV=$(ENV)`' >&2; exit 1; }
	@pool=$$(node -p "try { JSON.parse(require('fs').readFileSync('outputs.json'))['Lightbox-$(ENV)-Auth'].UserPoolId } catch { '' }"); \
	region=$$(node -p "JSON.parse(require('fs').readFileSync('cdk.json')).context.environments['$(ENV)']?.region ?? ''"); \
	test -n "$$region" || { echo 'make admin: got ENV=$(ENV), want one of: $(ENVIRONMENTS)' >&2; exit 1; }; \
	if test -z "$$pool" || test "$$pool" = undefined; then \
		$(SAY) 'outputs.json has no user pool of $(ENV): asking CloudFormation'; \
		pool=$$(aws cloudformation describe-stacks --region "$$region" --stack-name Lightbox-$(ENV)-Auth --output text \
			--query "Stacks[0].Outputs[?OutputKey=='UserPoolId'].OutputValue") && test -n "$$pool" || \
			{ echo 'make admin: got no UserPoolId of Lightbox-$(ENV)-Auth, want it deployed: `make deploy ENV=$(ENV)`' >&2; exit 1; }; \
	fi; \
	aws cognito-idp admin-add-user-to-group --region "$$region" --user-pool-id "$$pool" --username "$$ADMIN" --group-name Admins && \
	echo "$$ADMIN is in Admins; it counts from the next sign-in"

.PHONY: lint
lint: node_modules tools/node/node_modules ## Lint the Go code and the resolvers
	@$(SAY) 'golangci-lint (its first build takes minutes)'
	@go tool -modfile=tools/go.mod golangci-lint run
	@$(SAY) "AppSync's linter, over the resolvers and over what is deployed of them"
	@rm -rf tools/node/resolvers && mkdir tools/node/resolvers
	@cp -R api/resolvers tools/node/resolvers/sources
	@go run ./api/bundles tools/node/resolvers/bundles
	@npm run --silent lint --prefix tools/node

.PHONY: nag
nag: node_modules tools/node/node_modules ## Hold the templates of every environment against cdk-nag
	@$(SAY) 'cdk synth of every environment, then cdk-nag'
	@for env in $(ENVIRONMENTS); do CDK_VALIDATION=false $(CDK) synth -q -c env=$$env --output cdk.out/nag/$$env; done
	@cd tools/node && npm run --silent nag $(ENVIRONMENTS:%=../../cdk.out/nag/%)

.PHONY: fmt
fmt: ## Format the Go code
	@go tool -modfile=tools/go.mod golangci-lint fmt

.PHONY: golden
golden: node_modules ## Write the golden templates anew; review the change
	@go test . -run Golden -update && git --no-pager diff --stat -- testdata

node_modules: package-lock.json
	@$(SAY) 'npm ci: the pinned CDK CLI and Node'
	@npm ci --silent
	@touch node_modules

tools/node/node_modules: tools/node/package-lock.json
	@$(SAY) 'npm ci: packages that only checks need'
	@npm ci --silent --prefix tools/node
	@touch tools/node/node_modules
