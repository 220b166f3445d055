// Package browser has what a page in any browser needs to use the sandbox, which can't move AWS's names to this machine: scripts
// that send what the page means for them over the sandbox's bridge. They change nothing of the page's own.
package browser

import (
	"bytes"
	"embed"
)

//go:embed *.js
var files embed.FS

// placeholder stands in the scripts where the sandbox's address belongs.
const placeholder = "SANDBOX_ADDRESS"

// Script is for a page, before its own scripts. Its calls go to the sandbox at an address, HOST:PORT.
func Script(address string) []byte {
	return joined(address, "bridge.js", "network.js", "pictures.js", "start.js")
}

// Worker is for a page's own service worker, which imports it. Nothing needs it but what is loaded by neither script nor element.
func Worker(address string) []byte { return joined(address, "bridge.js", "worker.js") }

func joined(address string, names ...string) []byte {
	var all []byte
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // they are part of the program
		}
		all = append(all, text...)
	}
	return bytes.ReplaceAll(all, []byte(placeholder), []byte(address))
}
