import ArgumentParser

/// Writes a completion script for a shell.
struct CompletionCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Write a completion script for a shell.",
    discussion: """
      EXAMPLE:
        sipreconcile completion bash > /etc/bash_completion.d/sipreconcile
        sipreconcile completion zsh > ~/.zfunc/_sipreconcile
        sipreconcile completion fish > ~/.config/fish/completions/sipreconcile.fish
      """
  )

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { try outputOptions.checkHumanOnly("completion writes a shell's script") }

  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let script =
      switch shell {
      case .bash: RootCommand.completionScript(for: .bash)
      case .zsh: RootCommand.completionScript(for: .zsh)
      case .fish: RootCommand.completionScript(for: .fish)
      }
    run.console.output(script)
    return .done
  }
}
