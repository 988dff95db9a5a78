using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tokens;
using IdentityGrpc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Feishu.Tests.Wire;

/// <summary>
/// The client on a manual clock against a scripted server. Tokens are given as the platform gives them, unless the
/// script answers token requests itself. Disposing checks that nothing secret or personal was said anywhere.
/// </summary>
public sealed class Bed : IAsyncDisposable
{
    public const string Secret = "sek-0f7e2c", Email = "ada@ex.test", Mobile = "+41446681800", Ada = "ou_ada", Bob = "ou_bob";
    private const string TokenPrefix = "t-tok";
    private static readonly string[] s_unspeakable = [Secret, TokenPrefix, "a-tok", "@ex.test", "446681800", "ou_ada", "ou_bob", "on_ada", "ada01", "tick-"];

    private readonly ServiceProvider _services;
    private readonly Queue<ScriptedAnswer> _script = new();
    private readonly Lock _lock = new();
    private int _tokens;

    public Bed(Func<ScriptedRequest, ScriptedAnswer?>? script = null, Action<FeishuOptions>? options = null, AppKind kind = AppKind.Custom, Uri? url = null)
    {
        Server = new(request =>
        {
            if (script?.Invoke(request) is { } scripted) return scripted;
            if (request.IsToken) return NextToken();
            lock (_lock) return _script.Count > 1 ? _script.Dequeue() : _script.Peek();
        });
        App = new("main", new("cli_main"), new("maker"), [new("tk_one")]);
        var settings = new FeishuOptions();
        options?.Invoke(settings);
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).ClearProviders().AddProvider(Observer))
            .AddSingleton<IBudget>(Budget)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<IMeterFactory>(Observer)
            .AddSingleton(new Random(7))
            .AddFeishuDirectory([new FeishuApp(App, kind, url ?? Server.Url, new AppSecret(Secret))], settings)
            .BuildServiceProvider(validateScopes: true);
        Directory = new ObservedDirectory(_services.GetRequiredService<IDirectory>(), Observer);
    }

    public ScriptedServer Server { get; }

    public ManualTimeProvider Clock { get; } = new();

    public RecordingBudget Budget { get; } = new();

    public Observer Observer { get; } = new();

    public IDirectory Directory { get; }

    public App App { get; }

    public AppTenant Scope => App.In(new("tk_one"));

    public ITenantTokens Tokens => _services.GetRequiredService<ITenantTokens>();

    public IAppTickets Tickets => _services.GetRequiredService<IAppTickets>();

    public static CallContext Call => new(Priority.Interactive, null, "test", TestContext.Current.CancellationToken);

    /// <summary>The requests that were not for tokens.</summary>
    public ScriptedRequest[] Calls => [.. Server.Requests.Where(request => !request.IsToken)];

    public ScriptedRequest[] TokenCalls => [.. Server.Requests.Where(request => request.IsToken)];

    /// <summary>The next answers to calls that are not for tokens; the last one stays.</summary>
    public Bed Answering(params ScriptedAnswer[] answers)
    {
        lock (_lock)
        {
            _script.Clear();
            foreach (var answer in answers) _script.Enqueue(answer);
        }
        return this;
    }

    public static ScriptedAnswer Ok(string data) => ScriptedAnswer.Json($$"""{"code":0,"data":{{data}},"msg":"success"}""");

    public static ScriptedAnswer Refused(int code, int status = 400, string msg = "refused", string error = "{}") =>
        ScriptedAnswer.Json($$"""{"code":{{code}},"msg":"{{msg}}","error":{{error}}}""", status);

    public static ScriptedAnswer Token(string token, int expire = 7200, string name = "tenant_access_token") =>
        ScriptedAnswer.Json($$"""{"code":0,"expire":{{expire}},"msg":"ok","{{name}}":"{{token}}"}""");

    public ScriptedAnswer NextToken() => Token($"{TokenPrefix}{Interlocked.Increment(ref _tokens)}");

    public CallContext Within(TimeSpan time) => Call with { Deadline = Clock.GetUtcNow() + time };

    /// <summary>Moves the clock on over each pause that the client makes, up to the given length, until the task is done.</summary>
    public async Task<T> SkipPausesAsync<T>(Task<T> task, TimeSpan? upTo = null)
    {
        var longest = upTo ?? TimeSpan.FromSeconds(1);
        while (true)
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var timer = Clock.WhenTimerAsync(due => due <= longest, done.Token);
            if (await Task.WhenAny(task, timer) == task)
            {
                await done.CancelAsync();
                return await task;
            }
            Clock.Advance(await timer);
        }
    }

    public Task<Outcome<IReadOnlyList<Person>>> GetAsync(CallContext? call = null, params string[] ids) =>
        Directory.GetUsersAsync(Scope, IdType.OpenId, ids.Length > 0 ? ids : [Ada], call ?? Call);

    /// <summary>Waits for something that happens on other threads, without any clock.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Makes calls until one carries the token.</summary>
    public async Task UntilBearerAsync(string bearer)
    {
        while (Calls.LastOrDefault()?.Headers["Authorization"] != bearer) await GetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        Observer.AssertSilentAbout(s_unspeakable);
        Observer.Dispose();
    }
}
