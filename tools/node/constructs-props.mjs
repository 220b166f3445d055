// The least that constructs need which can't be made of nothing, by their names: functions of the stack that they are in. What is
// not here is in docs/CONSTRUCTS.md as not tried.

/** The props, for a library and a folder with schema.graphql and the folder code. */
export function least(cdk, folder) {
  const { aws_appsync: appsync, aws_cloudfront: cloudfront, aws_cloudfront_origins: origins, aws_cloudwatch: cloudwatch } = cdk;
  const { aws_cognito: cognito, aws_dynamodb: dynamodb, aws_events: events, aws_iam: iam, aws_lambda: lambda, aws_logs: logs } = cdk;
  const { aws_s3: s3, aws_s3_deployment: deployment, aws_sns: sns } = cdk;

  const once = (id, make) => (stack) => stack.node.tryFindChild(id) ?? make(stack, id);
  const schema = appsync.Definition.fromFile(`${folder}/schema.graphql`);
  const api = once('Api', (stack, id) => new appsync.GraphqlApi(stack, id, { name: 'api', definition: schema }));
  const channels = once('Channels', (stack, id) => new appsync.EventApi(stack, id, { apiName: 'api' }));
  const key = { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } };
  const table = once('Table', (stack, id) => new dynamodb.Table(stack, id, { ...key, stream: dynamodb.StreamViewType.NEW_IMAGE }));
  const bucket = once('Bucket', (stack, id) => new s3.Bucket(stack, id));
  const pool = once('Pool', (stack, id) => new cognito.UserPool(stack, id));
  const topic = once('Topic', (stack, id) => new sns.Topic(stack, id));
  const group = once('Group', (stack, id) => new logs.LogGroup(stack, id));
  const code = () => ({
    code: lambda.Code.fromAsset(`${folder}/code`), handler: 'bootstrap', runtime: lambda.Runtime.PROVIDED_AL2023,
    architecture: process.arch === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
  }); // anew each time: an asset belongs to one stack
  const program = once('Function', (stack, id) => new lambda.Function(stack, id, code()));
  const script = {
    runtime: appsync.FunctionRuntime.JS_1_0_0,
    code: appsync.Code.fromInline('export function request() { return {} }\nexport function response() { return null }'),
  };
  const none = once('None', (stack, id) => new appsync.NoneDataSource(stack, id, { api: api(stack), name: 'None' }));
  const service = new iam.ServicePrincipal('lambda.amazonaws.com');
  const statement = (more) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'], ...more });
  const metric = new cloudwatch.Metric({ namespace: 'AWS/Cognito', metricName: 'SignInSuccesses', period: cdk.Duration.minutes(5) });
  const secret = cdk.SecretValue.unsafePlainText('secret');
  const eventBus = once('Bus', (stack, id) => events.EventBus.fromEventBusName(stack, id, 'default'));

  const ofTable = (of) => (stack) => ({ api: of(stack), table: table(stack) });
  const ofFunction = (of) => (stack) => ({ api: of(stack), lambdaFunction: program(stack) });
  const ofPlace = (of) => (stack) => ({ api: of(stack), endpoint: 'https://example.com' });
  const ofBus = (of) => (stack) => ({ api: of(stack), eventBus: eventBus(stack) });
  const ofPool = (more) => (stack) => ({ userPool: pool(stack), ...more });
  return {
    'aws_appsync.AppSyncDynamoDbDataSource': ofTable(channels), 'aws_appsync.DynamoDbDataSource': ofTable(api),
    'aws_appsync.AppSyncLambdaDataSource': ofFunction(channels), 'aws_appsync.LambdaDataSource': ofFunction(api),
    'aws_appsync.AppSyncHttpDataSource': ofPlace(channels), 'aws_appsync.HttpDataSource': ofPlace(api),
    'aws_appsync.AppSyncEventBridgeDataSource': ofBus(channels), 'aws_appsync.EventBridgeDataSource': ofBus(api),
    'aws_appsync.NoneDataSource': (stack) => ({ api: api(stack) }),
    'aws_appsync.AppsyncFunction': (stack) => ({ api: api(stack), dataSource: none(stack), name: 'f', ...script }),
    'aws_appsync.Resolver': (stack) => ({ api: api(stack), dataSource: none(stack), typeName: 'Query', fieldName: 'a', ...script }),
    'aws_appsync.GraphqlApi': () => ({ name: 'api', definition: schema }),
    'aws_appsync.EventApi': () => ({ apiName: 'api' }),
    'aws_appsync.ChannelNamespace': (stack) => ({ api: channels(stack) }),
    'aws_cloudfront.Distribution': (stack) => ({ defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(bucket(stack)) } }),
    'aws_cloudfront.CloudFrontWebDistribution': (stack) => ({
      originConfigs: [{ s3OriginSource: { s3BucketSource: bucket(stack) }, behaviors: [{ isDefaultBehavior: true }] }],
    }),
    'aws_cloudfront.Function': () => ({ code: cloudfront.FunctionCode.fromInline('function handler(event) { return event.request; }') }),
    'aws_cloudwatch.Alarm': () => ({ evaluationPeriods: 1, threshold: 1, metric }),
    'aws_cloudwatch.CompositeAlarm': () => ({ alarmRule: cloudwatch.AlarmRule.fromBoolean(true) }),
    'aws_cognito.UserPoolClient': ofPool(), 'aws_cognito.UserPoolGroup': ofPool(),
    'aws_cognito.UserPoolDomain': ofPool({ cognitoDomain: { domainPrefix: 'shop' } }),
    'aws_cognito.UserPoolIdentityProviderGoogle': ofPool({ clientId: 'id', clientSecretValue: secret }),
    'aws_cognito.UserPoolIdentityProviderAmazon': ofPool({ clientId: 'id', clientSecret: 'secret' }),
    'aws_cognito.UserPoolIdentityProviderFacebook': ofPool({ clientId: 'id', clientSecret: 'secret' }),
    'aws_cognito.UserPoolResourceServer': ofPool({ identifier: 'server' }),
    'aws_dynamodb.Table': () => key, 'aws_dynamodb.TableV2': () => key,
    'aws_events.Rule': () => ({ schedule: events.Schedule.rate(cdk.Duration.hours(1)) }),
    'aws_iam.LazyRole': () => ({ assumedBy: service }), 'aws_iam.Role': () => ({ assumedBy: service }),
    'aws_iam.ManagedPolicy': () => ({ statements: [statement()] }),
    'aws_iam.Policy': (stack) => ({ statements: [statement()], roles: [new iam.Role(stack, 'Role', { assumedBy: service })] }),
    'aws_iam.AccessKey': (stack) => ({ user: new iam.User(stack, 'User') }),
    'aws_iam.OpenIdConnectProvider': () => ({ url: 'https://example.com' }), 'aws_iam.OidcProviderNative': () => ({ url: 'https://example.com' }),
    'aws_lambda.Function': code, 'aws_lambda.SingletonFunction': () => ({ ...code(), uuid: '1b671a64-40d5-491e-99b0-da01ff1f3341' }),
    'aws_lambda.Alias': (stack) => ({ aliasName: 'live', version: program(stack).currentVersion }),
    'aws_lambda.Version': (stack) => ({ lambda: program(stack) }), 'aws_lambda.FunctionUrl': (stack) => ({ function: program(stack) }),
    'aws_lambda.EventInvokeConfig': (stack) => ({ function: program(stack), retryAttempts: 1 }),
    'aws_lambda.EventSourceMapping': (stack) => {
      table(stack).grantStreamRead(program(stack));
      return { target: program(stack), eventSourceArn: table(stack).tableStreamArn, startingPosition: lambda.StartingPosition.LATEST };
    },
    'aws_lambda.LayerVersion': () => ({ code: code().code }),
    'aws_lambda_nodejs.NodejsFunction': () => ({ code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X }),
    'aws_logs.LogRetention': () => ({ logGroupName: '/aws/lambda/f', retention: logs.RetentionDays.ONE_WEEK }),
    'aws_logs.LogStream': (stack) => ({ logGroup: group(stack) }),
    'aws_logs.MetricFilter': (stack) => ({
      logGroup: group(stack), filterPattern: logs.FilterPattern.allEvents(), metricName: 'm', metricNamespace: 'n',
    }),
    'aws_logs.QueryDefinition': () => ({ queryDefinitionName: 'q', queryString: new logs.QueryString({ fields: ['@message'] }) }),
    'aws_logs.ResourcePolicy': () => ({ policyStatements: [statement({ principals: [service] })] }),
    'aws_s3.BucketPolicy': (stack) => ({
      bucket: bucket(stack),
      document: new iam.PolicyDocument({ statements: [statement({ principals: [service], resources: [`${bucket(stack).bucketArn}/*`] })] }),
    }),
    'aws_s3_assets.Asset': () => ({ path: `${folder}/schema.graphql` }),
    'aws_s3_deployment.BucketDeployment': (stack) => ({ destinationBucket: bucket(stack), sources: [deployment.Source.data('a.txt', 'a')] }),
    'aws_sns.Subscription': (stack) => ({ topic: topic(stack), endpoint: 'ops@example.com', protocol: sns.SubscriptionProtocol.EMAIL }),
    'aws_sns.TopicPolicy': (stack) => ({
      topics: [topic(stack)],
      policyDocument: new iam.PolicyDocument({ statements: [statement({ actions: ['sns:Publish'], principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')], resources: [topic(stack).topicArn] })] }),
    }),
  };
}
