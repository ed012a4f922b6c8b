enum PlaceholderEngineScripted {}
