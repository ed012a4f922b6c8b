import ArgumentParser

/// The program itself; its work is in the subcommands.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sipreconcile",
    abstract: "Make SIP registrations what a file says.",
    discussion: """
      A YAML file declares SIP accounts and which of them depend on which. sipreconcile compares it with \
      what is really registered, shows the difference, and makes it so.

      EXAMPLE:
        sipreconcile validate accounts.yaml
        sipreconcile plan accounts.yaml
        sipreconcile apply accounts.yaml
        sipreconcile apply --sandbox accounts.yaml     (a rehearsal)

      EXIT STATUS:
        0 done, or nothing to do        6 some accounts failed or are blocked
        1 failed                        7 live state could not be read
        2 changes pending               8 timed out
        3 the files are not valid      64 wrong usage
        4 refused by a rail       130/143 interrupted, the state is written
        5 another process is at work
      """,
    version: ProgramVersion.text,
    subcommands: [
      ApplyCommand.self, PlanCommand.self, DriftCommand.self, WatchCommand.self, StatusCommand.self,
      RefreshCommand.self, SuspendCommand.self, ResumeCommand.self, LockCommand.self,
      HistoryCommand.self, DoctorCommand.self,
      ValidateCommand.self, UnregisterCommand.self,
      ForgetCommand.self, GraphCommand.self, RenderCommand.self, InitCommand.self, ImportCommand.self,
      RegistrarCommand.self, SchemaCommand.self, CompletionCommand.self,
    ]
  )
}
