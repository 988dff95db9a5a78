using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>The app_tickets that the platform pushes to store apps about hourly (reference §1.2). Whoever receives the event puts them here.</summary>
public interface IAppTickets
{
    /// <summary>The newest ticket, or null where there is none that is still good.</summary>
    ValueTask<string?> FindAsync(AppId app, CancellationToken cancellation);

    /// <summary>Takes a ticket that the platform sent.</summary>
    ValueTask PutAsync(AppId app, string ticket, CancellationToken cancellation);

    /// <summary>Forgets a ticket that the platform refused (10012), if it is still the newest.</summary>
    ValueTask DropAsync(AppId app, string refused, CancellationToken cancellation);
}
