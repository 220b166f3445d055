package store

// Copy puts all that one store holds at this moment into another one, beside what is there.
func Copy(to, from Store) error { return transfer(to, from, false) }

// Replace puts all that one store holds at this moment into another one, in the place of what is there: as a whole, or not.
func Replace(to, from Store) error { return transfer(to, from, true) }

func transfer(to, from Store, replace bool) error {
	return from.View(func(read Reader) error {
		return to.Update(func(write Writer) error {
			for _, space := range write.Spaces() {
				if !replace {
					break
				}
				if err := write.Drop(space); err != nil {
					return err
				}
			}
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
