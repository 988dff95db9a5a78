using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Testing;

/// <summary>Puts every log line into a record: message, every value of it, scopes and exception.</summary>
public sealed class RecordingLoggerProvider(RunRecord record) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new RecordingLogger(record, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class RecordingLogger(RunRecord record, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            record.Hear("log", $"{category} scope {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            record.Hear("log", $"{category} {formatter(state, exception)} {Values(state)} {exception}");

        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(v => $"{v.Key}={v.Value}")) : $"{state}";
    }
}
