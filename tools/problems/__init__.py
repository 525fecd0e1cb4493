"""Problems of the records themselves, each kind a pure check of whole lists."""
