package lambda

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// unsaid is what Lambda answers of a function whose template does not say it.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html,
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html
func (f *function) unsaid(properties map[string]any) {
	p := &f.Settings
	properties["Architectures"] = []any{p.processor()}
	properties["EphemeralStorage"] = map[string]any{"Size": 512.0}
	properties["LoggingConfig"] = map[string]any{"LogFormat": "Text", "LogGroup": p.logGroup(f.Name)}
	properties["MemorySize"], properties["Timeout"] = float64(p.memory()), float64(p.timeout())
	properties["PackageType"] = "Zip"
	properties["RecursiveLoop"] = "Terminate"
	properties["RuntimeManagementConfig"] = map[string]any{"UpdateRuntimeOn": "Auto"}
	properties["TracingConfig"] = map[string]any{"Mode": "PassThrough"}
	if p.traced() {
		properties["TracingConfig"] = map[string]any{"Mode": "Active"}
	}
}

// readFunction is a function without its code, which no read handler answers: GetFunction of Lambda's own has its digest.
func (s *Service) readFunction(_ context.Context, of aws.Identifier) (map[string]any, error) {
	f, err := s.stored(of["FunctionName"])
	if err != nil {
		return nil, err
	}
	properties := aws.Encode(f.Settings)
	f.unsaid(properties)
	properties["FunctionName"] = f.Name
	maps.Copy(properties, s.state(f.Name).Attributes)
	return properties, nil
}

// stored is a function as the store has it, by its name or ARN; ErrNoResource if there is none.
func (s *Service) stored(text string) (f function, err error) {
	name, qualified, ok := s.nameOf(text, "")
	if !ok || qualified != "" {
		return f, aws.ErrNoResource
	}
	err = s.Store.View(func(tx store.Reader) error {
		found, err := store.GetJSON(tx, spaceFunctions, name, &f)
		if err == nil && !found {
			found, err = store.GetJSON(tx, spaceProvided, name, &f)
		}
		if err == nil && !found {
			return aws.ErrNoResource
		}
		return err
	})
	return f, err
}

func (s *Service) listFunctionIDs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(spaceProvided, store.Range{}) {
			names = append(names, string(key))
		}
		return nil
	})
	for _, name := range names {
		list = append(list, aws.Identifier{"FunctionName": name})
	}
	return list, err
}

// permissions are those of a function, by the ids of their statements.
func (s *Service) permissions(function string) (map[string]permissionProperties, error) {
	f, err := s.stored(function)
	if err != nil {
		return nil, err
	}
	all := map[string]permissionProperties{}
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(spacePermissions, store.Prefix([]byte(f.Name+"/"))) {
			var p permissionProperties
			if _, err := store.GetJSON(tx, spacePermissions, string(key), &p); err != nil {
				return err
			}
			all[strings.TrimPrefix(string(key), f.Name+"/")] = p
		}
		return nil
	})
	return all, err
}

// readPermission is a statement of a function's policy. The function is called what whoever asks calls it.
func (s *Service) readPermission(_ context.Context, of aws.Identifier) (map[string]any, error) {
	all, err := s.permissions(of["FunctionName"])
	if err != nil {
		return nil, err
	}
	p, there := all[of["Id"]]
	if !there {
		return nil, aws.ErrNoResource
	}
	p.FunctionName = of["FunctionName"]
	properties := aws.Encode(p)
	properties["Id"] = of["Id"]
	return properties, nil
}

func (s *Service) listPermissions(_ context.Context, within aws.Identifier) (list []aws.Identifier, err error) {
	all, err := s.permissions(within["FunctionName"])
	if err == aws.ErrNoResource { //nolint:errorlint // it is made here
		return nil, nil
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		list = append(list, aws.Identifier{"FunctionName": within["FunctionName"], "Id": id})
	}
	return list, err
}

func (s *Service) readRetries(_ context.Context, of aws.Identifier) (map[string]any, error) {
	p, err := s.retriesOf(of["FunctionName"])
	if err != nil {
		return nil, err
	}
	if p.Qualifier != of["Qualifier"] {
		return nil, aws.ErrNoResource
	}
	p.FunctionName = of["FunctionName"]
	return aws.Encode(p), nil
}

// retriesOf is what a function has of it; ErrNoResource if it has none.
func (s *Service) retriesOf(function string) (p retriesProperties, err error) {
	f, err := s.stored(function)
	if err != nil {
		return p, err
	}
	err = s.Store.View(func(tx store.Reader) error {
		var kept keptRetries
		found, err := store.GetJSON(tx, spaceRetries, f.Name, &kept)
		p = kept.retriesProperties
		if err == nil && !found {
			return aws.ErrNoResource
		}
		return err
	})
	return p, err
}

func (s *Service) listRetries(_ context.Context, within aws.Identifier) ([]aws.Identifier, error) {
	p, err := s.retriesOf(within["FunctionName"])
	switch {
	case err == aws.ErrNoResource: //nolint:errorlint // it is made here
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []aws.Identifier{{"FunctionName": within["FunctionName"], "Qualifier": p.Qualifier}}, nil
}

// readMapping is a mapping. Lambda answers the ARN of its function, whatever the template calls it, and all that it does by default.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
func (s *Service) readMapping(_ context.Context, of aws.Identifier) (map[string]any, error) {
	all, err := s.mappings()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(m mapping) bool { return m.ID == of["Id"] })
	if at < 0 {
		return nil, aws.ErrNoResource
	}
	p := &all[at].Settings
	properties := aws.Encode(p)
	maps.Copy(properties, map[string]any{
		"FunctionName": s.arn(all[at].Function), "Enabled": p.enabled(), "BatchSize": float64(p.batch()), "MaximumRetryAttempts": float64(p.attempts()),
		"MaximumRecordAgeInSeconds": float64(aws.Or(p.MaximumRecordAgeInSeconds, forever)), "MaximumBatchingWindowInSeconds": 0.0,
		"ParallelizationFactor": 1.0, "TumblingWindowInSeconds": 0.0,
	})
	maps.Copy(properties, s.mappingState(of["Id"]).Attributes)
	return properties, nil
}

func (s *Service) listMappings(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	all, err := s.mappings()
	for _, m := range all {
		list = append(list, aws.Identifier{"Id": m.ID})
	}
	return list, err
}

// functionARN is what policies are asked about, of a function and what belongs to it.
func (s *Service) functionARN(of aws.Identifier) string {
	if name, _, ok := s.nameOf(of["FunctionName"], ""); ok {
		return s.arn(name)
	}
	return cmp.Or(of["FunctionName"], "*")
}

func (s *Service) mappingARN(of aws.Identifier) string {
	if of["Id"] == "" {
		return "*"
	}
	arn, _ := s.mappingState(of["Id"]).Attributes["EventSourceMappingArn"].(string)
	return arn
}
