package main

import (
	_ "github.com/alecthomas/kong"
	_ "github.com/dop251/goja"
	_ "github.com/evanw/esbuild/pkg/api"
	_ "github.com/vektah/gqlparser/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awscognitoidentitypool"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	_ "github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	app.Synth(nil)
}
