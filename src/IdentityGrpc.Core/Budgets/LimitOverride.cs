using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Budgets;

/// <summary>A limit other than the default one. Of several that fit, one for an app and an API wins over one for an app, and that over one for an API.</summary>
/// <param name="App">The app that it holds for; null: all.</param>
/// <param name="Api">The API that it holds for, named as in <see cref="Apis"/>; null: all.</param>
/// <param name="Limit">The limit.</param>
public sealed record LimitOverride(AppId? App, string? Api, RateLimit Limit);
