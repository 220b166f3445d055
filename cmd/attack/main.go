// Command attack tries hundreds of attacks on a sandbox with the five stacks of this module, each beside a control: see package attack.
// `make attack` starts a fresh one for it.
//
//	go run ./cmd/attack --http 127.0.0.1:4566 [--only FAMILY,FAMILY] [--each] [--list]
//
// It ends with 0 if all were refused, with 3 if one got through or proved nothing, and with 1 if it could not be run. `go run` makes 1 of all
// but 0, so that make builds it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"lightbox.example/lightbox/internal/attack"
)

// through is the exit code of a run in which an attack was not refused.
const through = 3

func main() { os.Exit(run()) }

func run() int {
	address := flag.String("http", os.Getenv("LIGHTBOX_HTTP"), "the `address` of the sandbox's endpoint, as in 127.0.0.1:4566: one that nobody else needs, whose clock is moved")
	only := flag.String("only", "", "the `families` to try, by their names with commas between them; all if empty")
	each := flag.Bool("each", false, "print each attack, what it wanted and what it got")
	list := flag.Bool("list", false, "print the names of the families")
	flag.Parse()
	if *list {
		fmt.Println(strings.Join(attack.Families(), "\n"))
		return 0
	}
	options := attack.Options{Progress: os.Stdout}
	if *only != "" {
		options.Only = strings.Split(*only, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	report, err := attack.Run(ctx, *address, options)
	if err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		return 1
	}
	if *each {
		for _, o := range report.Outcomes {
			fmt.Printf("%s/%s  who has: %s  control: %s  got: %s  want: %s  %s\n", o.Family, o.ID, o.Has, o.Control, o.Got, o.Want, o.Page)
		}
	}
	report.Write(os.Stdout)
	if len(report.Faults()) > 0 {
		return through
	}
	return 0
}
