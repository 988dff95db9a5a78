using IdentityGrpc.Sandbox.Control;
using IdentityGrpc.Sandbox.Gateway;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdentityGrpc.Sandbox;

/// <summary>A platform of made-up people behind a real HTTP listener (design §9), for embedding and for running alone.</summary>
public static class SandboxApplication
{
    /// <summary>
    /// Makes the directory and the listener. The caller starts the application, after which <see cref="WebApplication.Urls"/> holds
    /// the bound URL; stopping it ends everything.
    /// </summary>
    /// <param name="sandboxSection">
    /// The section <c>IdentityGrpc:Sandbox</c>: <c>Listen</c> (default http://127.0.0.1:8090, port 0 for any free one), <c>Users</c>,
    /// <c>Departments</c>, <c>Seed</c>, <c>PerSecond</c>, <c>PerMinute</c>, <c>PageTokenSeconds</c>, <c>BigDepartment</c> and
    /// <c>Switches:U1</c> and so on.
    /// </param>
    /// <param name="time">The clock of token lives, rate windows, page tokens, faults and resent events; the system's by default.</param>
    /// <param name="logging">Where the sandbox logs; nowhere by default. It never logs a call.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The section has mistakes; all are named.</exception>
    public static WebApplication Create(IConfiguration sandboxSection, TimeProvider? time = null, Action<ILoggingBuilder>? logging = null) =>
        Build(sandboxSection, time ?? TimeProvider.System, logging, ownsProcess: false);

    /// <summary>What is wrong with the section <c>IdentityGrpc:Sandbox</c>, for a program that reports it together with its own settings.</summary>
    public static IReadOnlyList<string> FindMistakes(IConfiguration sandboxSection)
    {
        List<string> mistakes = [];
        SandboxOptions.Read(sandboxSection, mistakes);
        return mistakes;
    }

    /// <summary>As <see cref="Create"/>; a sandbox that owns its process also stops on Ctrl+C and SIGTERM.</summary>
    internal static WebApplication Build(IConfiguration sandboxSection, TimeProvider time, Action<ILoggingBuilder>? logging, bool ownsProcess)
    {
        ArgumentNullException.ThrowIfNull(sandboxSection);
        var options = SandboxOptions.Read(sandboxSection);

        // Empty: a sandbox inside another program must not pick up that program's settings.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(SandboxApplication).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseUrls(options.Listen).ConfigureKestrel(Configure);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(new Platform(options, time));
        if (!ownsProcess)
        {
            builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        }

        logging?.Invoke(builder.Logging);

        var app = builder.Build();
        var platform = app.Services.GetRequiredService<Platform>();
        app.Lifetime.ApplicationStopped.Register(platform.Dispose);
        var gateway = new ApiGateway(platform);
        foreach (var api in ApiCatalog.All)
        {
            app.MapMethods(ApiCatalog.Pattern(api), [api.Method], gateway.Serve(api));
        }

        ControlApi.Map(app, platform);
        app.Map("{**path}", ApiGateway.ServeUnknownPathAsync);
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;

        // A query of many ids is long (U6).
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;

        // A dripping answer is a fault on purpose.
        kestrel.Limits.MinResponseDataRate = null;
    }

    // Signals are the business of the program around an embedded sandbox.
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
