enum PlaceholderEngineNIO {}
