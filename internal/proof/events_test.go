package proof

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// withEvents are the functions that ship, one of which EventBridge calls: for what is uploaded, and at three.
func withEvents() []access.Function {
	all := access.Functions()
	all[0].Created, all[0].Schedules = []string{"uploads/{user}/"}, []string{"cron(0 3 * * ? *)"}
	return all
}

// eventsAssembly is prod with what the synth makes of withEvents, and changes of the resources of the API's stack, and of those of
// FileStorage.
func eventsAssembly(t *testing.T, api, files func(resources map[string]any)) string {
	t.Helper()
	function := idOf(t, picturesFunction)
	arn := map[string]any{"Fn::GetAtt": []any{function, "Arn"}}
	return deploytest.Assembly(t, "../..", "prod", func(stack string, text []byte) []byte {
		var template map[string]any
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatal(err)
		}
		resources := template["Resources"].(map[string]any)
		add := func(id, kind string, properties map[string]any) {
			resources[id] = map[string]any{"Type": kind, "Properties": properties, "Metadata": map[string]any{"aws:cdk:path": "API/" + id + "/Resource"}}
		}
		switch stack {
		case "API":
			bucket := system.Lookup(resources[function], "Properties.Environment.Variables.BUCKET")
			for id, what := range map[string]map[string]any{
				"Uploads": {"EventPattern": createdBelow("BUCKET", "uploads/")},
				"AtThree": {"ScheduleExpression": "cron(0 3 * * ? *)"},
			} {
				if pattern, is := what["EventPattern"]; is {
					pattern.(map[string]any)["detail"].(map[string]any)["bucket"] = map[string]any{"name": []any{bucket}}
				}
				maps.Copy(what, map[string]any{"State": "ENABLED", "Targets": []any{map[string]any{"Arn": arn, "Id": "Function"}}})
				add(id, "AWS::Events::Rule", what)
				add(id+"Permission", "AWS::Lambda::Permission", map[string]any{
					"Action": "lambda:InvokeFunction", "FunctionName": arn, "Principal": "events.amazonaws.com", "SourceArn": map[string]any{"Fn::GetAtt": []any{id, "Arn"}},
				})
			}
			add("Retries", "AWS::Lambda::EventInvokeConfig", map[string]any{
				"FunctionName": map[string]any{"Ref": function}, "Qualifier": "$LATEST", "MaximumEventAgeInSeconds": 21600, "MaximumRetryAttempts": 2,
			})
			api(resources)
		case "FileStorage":
			for id := range resources {
				if strings.HasPrefix(id, "Files") && system.Lookup(resources[id], "Type") == "AWS::S3::Bucket" {
					resources[id].(map[string]any)["Properties"].(map[string]any)["NotificationConfiguration"] = map[string]any{"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": true}}
				}
			}
			files(resources)
		}
		changed, err := json.Marshal(template)
		if err != nil {
			t.Fatal(err)
		}
		return changed
	})
}

// eventFaults is what the proof says of events, permissions and properties, with some functions declared.
func eventFaults(t *testing.T, dir string, declared []access.Function) []Violation {
	t.Helper()
	s := prooftest.Read(t, dir)
	return append(CheckCalls(s, declared, access.Rules()), checkProperties(s, declared, &Count{})...)
}

func unchanged(map[string]any) {}

// settingOf changes a property of a resource by its logical id; nil takes it away.
func settingOf(id, property string, value any) func(map[string]any) {
	return func(resources map[string]any) {
		prooftest.Set(resources[id].(map[string]any)["Properties"].(map[string]any), property, value)
	}
}

// copiedOf adds a resource like another one, changed.
func copiedOf(id string, properties map[string]any) func(map[string]any) {
	return func(resources map[string]any) {
		like := maps.Clone(resources[id].(map[string]any))
		all := maps.Clone(like["Properties"].(map[string]any))
		maps.Copy(all, properties)
		like["Properties"] = all
		resources["More"] = like
	}
}

func dropped(ids ...string) func(map[string]any) {
	return func(resources map[string]any) {
		for _, id := range ids {
			delete(resources, id)
		}
	}
}

// EventBridge calls a function for what is declared, by a permission for that rule alone.
func TestM97_M105_eventsAreThoseDeclared(t *testing.T) {
	remover := map[string]any{"Fn::GetAtt": []any{idOf(t, removerFunction), "Arn"}}
	pictures := map[string]any{"Fn::GetAtt": []any{idOf(t, picturesFunction), "Arn"}}
	target := func(more ...any) []any {
		one := map[string]any{"Arn": pictures, "Id": "Function"}
		for i := 0; i < len(more); i += 2 {
			one[more[i].(string)] = more[i+1]
		}
		return []any{one}
	}
	pattern := func(key any) map[string]any {
		return map[string]any{"source": []any{"aws.s3"}, "detail-type": []any{"Object Created"}, "detail": map[string]any{"object": map[string]any{"key": key}}}
	}
	for name, test := range map[string]struct {
		api  func(map[string]any)
		want string
	}{
		"control: as the synth makes it": {unchanged, ""},
		"control: words of a rule":       {settingOf("Uploads", "Description", "of uploads"), ""},

		"a rule that nobody declared": {copiedOf("AtThree", map[string]any{"ScheduleExpression": "rate(1 minute)"}), "ScheduleExpression: got rate(1 minute): no function is declared to be called for that"},
		"another time":                {settingOf("AtThree", "ScheduleExpression", "cron(0 4 * * ? *)"), "no function is declared to be called for that"},
		"no rule":                     {dropped("AtThree", "AtThreePermission"), "no rule of EventBridge calls it: pictures is called at cron(0 3 * * ? *)"},
		"a rule twice":                {copiedOf("AtThree", nil), "the rule is there twice: want one, because pictures is called at"},
		"a rule that is off":          {settingOf("Uploads", "State", "DISABLED"), "State: got DISABLED, want ENABLED, because pictures is called for what is created in uploads/{user}/"},
		"a rule that says nothing":    {settingOf("Uploads", "State", nil), "State: got nothing, want ENABLED"},
		"all that is created":         {settingOf("Uploads", "EventPattern.detail.object", nil), "EventPattern: got map[detail:map[bucket:"},
		"another area":                {settingOf("Uploads", "EventPattern", pattern([]any{map[string]any{"prefix": "private/"}})), "no function is declared to be called for that"},
		"whatever is deleted too":     {settingOf("Uploads", "EventPattern.detail-type", []any{"Object Created", "Object Deleted"}), "no function is declared to be called for that"},
		"another bucket":              {settingOf("Uploads", "EventPattern.detail.bucket.name", []any{"other"}), "no function is declared to be called for that"},
		"both of it":                  {settingOf("Uploads", "ScheduleExpression", "rate(1 day)"), "no function is declared to be called for that"},
		"another function":            {settingOf("Uploads", "Targets", []any{map[string]any{"Arn": remover, "Id": "Function"}}), "Targets: got"},
		"another target beside it":    {settingOf("Uploads", "Targets", append(target(), map[string]any{"Arn": "arn:aws:sqs:us-east-1:111122223333:spy", "Id": "Spy"})), "Targets: got"},
		"no target":                   {settingOf("Uploads", "Targets", nil), "Targets: got nothing"},
		"an input of one's own":       {settingOf("Uploads", "Targets", target("Input", `{"remove": "all"}`)), "Targets: got"},
		"an input that is rewritten":  {settingOf("Uploads", "Targets", target("InputTransformer", map[string]any{"InputTemplate": "x"})), "Targets: got"},
		"a part of the event":         {settingOf("Uploads", "Targets", target("InputPath", "$.detail")), "Targets: got"},
		"a queue of what failed":      {settingOf("Uploads", "Targets", target("DeadLetterConfig", map[string]any{"Arn": "arn:aws:sqs:us-east-1:111122223333:spy"})), "Targets: got"},
		"a role":                      {settingOf("Uploads", "RoleArn", "arn:aws:iam::111122223333:role/other"), "RoleArn: got arn:aws:iam::111122223333:role/other, and " + unread},
		"another event bus":           {settingOf("Uploads", "EventBusName", "other"), "EventBusName: got other, and " + unread},
		"a permission for anybody":    {settingOf("UploadsPermission", "Principal", "*"), "* may use lambda:InvokeFunction on"},
		"for another service":         {settingOf("UploadsPermission", "Principal", "s3.amazonaws.com"), "s3.amazonaws.com may use lambda:InvokeFunction on"},
		"for any rule of any account": {settingOf("UploadsPermission", "SourceArn", nil), "for nothing: nothing that is declared needs that"},
		"for another account's rule":  {settingOf("UploadsPermission", "SourceArn", "arn:aws:events:us-east-1:111122223333:rule/x"), "for arn:aws:events:us-east-1:111122223333:rule/x: nothing that is declared needs that"},
		"for rules of any name":       {settingOf("UploadsPermission", "SourceArn", "arn:aws:events:*:*:rule/*"), "nothing that is declared needs that"},
		"for another function":        {settingOf("UploadsPermission", "FunctionName", remover), "nothing that is declared needs that"},
		"for all that Lambda can":     {settingOf("UploadsPermission", "Action", "lambda:*"), "Action: got lambda:*, want lambda:InvokeFunction alone"},
		"of an organization":          {settingOf("UploadsPermission", "PrincipalOrgID", "o-1"), "PrincipalOrgID: got o-1, and " + unread},
		"no permission":               {dropped("UploadsPermission"), "events.amazonaws.com may not invoke the function for arn:"},
		"a permission twice":          {copiedOf("UploadsPermission", nil), "the permission is there twice"},
		"one more permission":         {copiedOf("UploadsPermission", map[string]any{"Principal": "111122223333"}), "111122223333 may use lambda:InvokeFunction on"},
		"no retries":                  {settingOf("Retries", "MaximumRetryAttempts", 0), "MaximumRetryAttempts: got 0, want 2"},
		"nothing said of retries":     {dropped("Retries"), "nothing says how often a call that fails is made again"},
		"retries of another":          {settingOf("Retries", "FunctionName", map[string]any{"Ref": idOf(t, removerFunction)}), "want it once for each function that EventBridge calls"},
		"retries twice":               {copiedOf("Retries", nil), "want it once for each function that EventBridge calls"},
		"what failed sent elsewhere":  {settingOf("Retries", "DestinationConfig", map[string]any{"OnFailure": map[string]any{"Destination": "arn:aws:sqs:us-east-1:1:spy"}}), unread},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, eventFaults(t, eventsAssembly(t, test.api, unchanged), withEvents()), test.want)
		})
	}
}

// Of the rest of the proof there is nothing to say of them: no policy, no reference and no life of data is another one.
func TestEvents_areOfNoOtherRule(t *testing.T) {
	violations, err := checkTemplates(prooftest.Read(t, eventsAssembly(t, unchanged, unchanged)), access.Rules(), &Count{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		if v.Rule != "events" && v.Rule != "permissions" { // which hold what ships: there are none
			t.Errorf("got %s: %s", v.Rule, v)
		}
	}
	if len(violations) == 0 {
		t.Error("got nothing, want it said that nobody declared them")
	}
}

// What a bucket tells others is EventBridge's, where a function is declared to hear of it.
func TestM105_bucketsTellEventBridgeAlone(t *testing.T) {
	var bucket, logs, failures string
	for _, resource := range prooftest.Shipped(t, "prod").Resources {
		switch resource.Path {
		case files:
			bucket = resource.LogicalID
		case "FileStorage/AccessLogs/Resource":
			logs = resource.LogicalID
		case "FileStorage/Failures/Resource":
			failures = resource.LogicalID
		}
	}
	const notifications = "NotificationConfiguration"
	for name, test := range map[string]struct {
		files func(map[string]any)
		want  string
	}{
		"control: as the synth makes it": {unchanged, ""},
		"nothing":                        {settingOf(bucket, notifications, nil), "NotificationConfiguration: got nothing, want map[EventBridgeConfiguration"},
		"off":                            {settingOf(bucket, notifications+".EventBridgeConfiguration.EventBridgeEnabled", false), "NotificationConfiguration: got map[EventBridgeConfiguration:map[EventBridgeEnabled:false]], want"},
		"a queue of somebody's":          {settingOf(bucket, notifications+".QueueConfigurations", []any{map[string]any{"Event": "s3:*", "Queue": "arn:aws:sqs:us-east-1:111122223333:spy"}}), "NotificationConfiguration: got"},
		"a function":                     {settingOf(bucket, notifications+".LambdaConfigurations", []any{map[string]any{"Event": "s3:*", "Function": "x"}}), "NotificationConfiguration: got"},
		"what functions gave up too":     {settingOf(failures, notifications, map[string]any{"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": true}}), "want none: no function is declared to hear of it"},
		"the logs too":                   {settingOf(logs, notifications, map[string]any{"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": true}}), "want none: no function is declared to hear of it"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, eventFaults(t, eventsAssembly(t, unchanged, test.files), withEvents()), test.want)
		})
	}
	t.Run("what ships declares nothing", func(t *testing.T) {
		got := eventFaults(t, eventsAssembly(t, unchanged, unchanged), access.Functions())
		for _, want := range []string{
			"NotificationConfiguration: got map[EventBridgeConfiguration:map[EventBridgeEnabled:true]], want none", "no function is declared to be called for that",
			"nothing that is declared needs that", "want it once for each function that EventBridge calls",
		} {
			expect(t, got, want)
		}
	})
	t.Run("control: without any", func(t *testing.T) { expect(t, eventFaults(t, prooftest.Assembly(t, "prod"), access.Functions()), "") })
}

// A team's own rules hear nothing of people's files, whose names events say.
func TestM105_outsideHearsNothingOfFiles(t *testing.T) {
	own := func(pattern map[string]any) func(map[string]any) {
		return func(resources map[string]any) {
			resources["Own"] = map[string]any{
				"Type": "AWS::Events::Rule", "Properties": map[string]any{"EventPattern": pattern, "State": "ENABLED"},
				"Metadata": map[string]any{"aws:cdk:path": "API/Own/Resource", system.OutsideKey: "a rule of the shop"},
			}
		}
	}
	bucket := func(name any) map[string]any { return map[string]any{"bucket": map[string]any{"name": []any{name}}} }
	const heard = "to which what happens to people's files comes"
	for name, test := range map[string]struct {
		pattern map[string]any
		want    string
	}{
		"control: another source":         {map[string]any{"source": []any{"aws.ec2"}}, ""},
		"control: a bucket of their own":  {map[string]any{"source": []any{"aws.s3"}, "detail": bucket("theirs")}, ""},
		"all of S3":                       {map[string]any{"source": []any{"aws.s3"}}, heard},
		"all there is":                    {map[string]any{"account": []any{"111122223333"}}, heard},
		"by the beginning of a source":    {map[string]any{"source": []any{map[string]any{"prefix": "aws."}}}, heard},
		"files of a folder":               {map[string]any{"source": []any{"aws.s3"}, "detail": map[string]any{"object": map[string]any{"key": []any{map[string]any{"prefix": "private/"}}}}}, heard},
		"all buckets but one":             {map[string]any{"source": []any{"aws.s3"}, "detail": bucket(map[string]any{"anything-but": "theirs"})}, heard},
		"by what the proof does not know": {map[string]any{"source": []any{map[string]any{"regex": "x"}}}, heard},
		"one or the other":                {map[string]any{"$or": []any{map[string]any{"source": []any{"aws.s3"}}, map[string]any{"source": []any{"aws.ec2"}}}}, heard},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, checkOutside(prooftest.Read(t, eventsAssembly(t, own(test.pattern), unchanged))), test.want)
		})
	}
}
