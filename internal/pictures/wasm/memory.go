package wasm

import (
	"context"

	"github.com/tetratelabs/wazero/experimental"
)

// limited allocates one memory, and no more than so many bytes of it. What is not touched costs nothing.
func limited(ctx context.Context, most int64) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, _ uint64) experimental.LinearMemory {
		return &linear{most: most}
	}))
}

type linear struct {
	most   int64
	buffer []byte
}

func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(l.most) {
		return nil
	}
	if l.buffer == nil {
		l.buffer = make([]byte, l.most)
	}
	return l.buffer[:size]
}

func (l *linear) Free() { l.buffer = nil }
