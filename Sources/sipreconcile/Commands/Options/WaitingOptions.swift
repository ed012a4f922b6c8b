import ArgumentParser

/// Whether a run is waited for.
struct WaitingOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Do not wait: neither for a watch that does the work, nor for a server that asked to be left alone for a while."
    )
  )
  var noWait = false
}
