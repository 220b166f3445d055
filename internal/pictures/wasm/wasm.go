// Package wasm runs encoders that were compiled to WebAssembly: no cgo, and no way out of their memory for what goes wrong in
// them. It runs no more than a function at a time of an instance, and gives it nothing of the machine.
package wasm

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// ErrMemory is that an encoder wants more memory than it may have.
var ErrMemory = errors.New("the encoder wants more memory than it may have")

// A Program is an encoder. It is safe for concurrent use: each call has an Instance of its own.
type Program struct {
	name    string
	compile func() (compiled, error)
}

type compiled struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// New is the program in a module that gzip compressed; its name stands in errors.
func New(name string, compressed []byte) *Program {
	return &Program{name, sync.OnceValues(func() (compiled, error) {
		made, err := compile(compressed)
		if err != nil {
			return compiled{}, fmt.Errorf("%s: %w", name, err)
		}
		return made, nil
	})}
}

func compile(compressed []byte) (compiled, error) {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return compiled{}, err
	}
	binary, err := io.ReadAll(reader)
	if err != nil {
		return compiled{}, err
	}
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	// It writes to no file, and reads none: it has no more of WASI than its library asks for when it starts.
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return compiled{}, err
	}
	module, err := runtime.CompileModule(ctx, binary)
	if err != nil {
		return compiled{}, err
	}
	return compiled{runtime, module}, nil
}

// Prepare compiles the program for this machine's processor, once in a process. The first Open does it otherwise.
func (p *Program) Prepare() error {
	_, err := p.compile()
	return err
}

// Open makes an instance with so many bytes of memory at most, which is to be closed. It errs where ctx has ended. Once begun
// its calls are not interrupted: looking at ctx in each loop makes them three times as slow, and their work is bounded by the
// pixels.
func (p *Program) Open(ctx context.Context, memory int64) (*Instance, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	code, err := p.compile()
	if err != nil {
		return nil, err
	}
	ctx = limited(ctx, memory)
	module, err := code.runtime.InstantiateModule(ctx, code.module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return &Instance{name: p.name, ctx: ctx, module: module}, nil
}

// An Instance is a program with memory of its own, for calls up to the first that fails. It is not safe for concurrent use.
type Instance struct {
	name   string
	ctx    context.Context
	module api.Module
	err    error
}

// Close gives the instance's memory back.
func (i *Instance) Close() { _ = i.module.Close(i.ctx) } // it has nothing that could fail

// Call calls a function; it is 0 where that failed, or an earlier one.
func (i *Instance) Call(name string, values ...uint64) uint32 {
	if i.err != nil {
		return 0
	}
	results, err := i.module.ExportedFunction(name).Call(i.ctx, values...)
	if err != nil {
		i.err = fmt.Errorf("%s: %s: %w", i.name, name, err)
		return 0
	}
	return uint32(results[0])
}

// Write puts parts, one after another, into memory of their own, and says where.
func (i *Instance) Write(parts ...[]byte) uint32 {
	total := 0
	for _, part := range parts {
		total += len(part)
	}
	start := i.Call("malloc", uint64(total))
	if i.err == nil && start == 0 {
		i.full()
	}
	at := start
	for _, part := range parts {
		if i.err == nil && !i.module.Memory().Write(at, part) {
			i.full()
		}
		at += uint32(len(part))
	}
	return start
}

// Result copies what is at an address, of the length that is at another in 32 bits; or it is the first error.
func (i *Instance) Result(at, length uint32) ([]byte, error) {
	if i.err == nil && at == 0 {
		i.full()
	}
	if i.err != nil {
		return nil, i.err
	}
	size, ok := i.module.Memory().ReadUint32Le(length)
	if ok && size > 0 {
		if made, ok := i.module.Memory().Read(at, size); ok {
			return bytes.Clone(made), nil
		}
	}
	i.full()
	return nil, i.err
}

func (i *Instance) full() { i.err = fmt.Errorf("%s: %w", i.name, ErrMemory) }
