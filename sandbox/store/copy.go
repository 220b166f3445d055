package store

// Copy puts all that one store holds at this moment into another one, beside what is there.
func Copy(to, from Store) error {
	return from.View(func(read Reader) error {
		return to.Update(func(write Writer) error {
			for _, space := range read.Spaces() {
				for key, value := range read.Range(space, Range{}) {
					if err := write.Put(space, key, value); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}
