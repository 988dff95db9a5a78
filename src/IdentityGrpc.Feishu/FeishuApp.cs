using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu;

/// <summary>How an app gets its tokens (reference §1).</summary>
public enum AppKind
{
    /// <summary>Made by the tenant that uses it; app id and secret are enough (§1.1).</summary>
    Custom,

    /// <summary>Made by a provider for many tenants; needs the app_ticket that the platform pushes (§1.2).</summary>
    Store,
}

/// <summary>An app with what it takes to speak for it.</summary>
/// <param name="App">The app as the rest of the service knows it.</param>
/// <param name="Kind">How it gets its tokens.</param>
/// <param name="BaseUrl">The platform's host, such as <c>https://open.feishu.cn</c> (reference §8); may carry a path prefix.</param>
/// <param name="Secret">The app secret.</param>
public sealed record FeishuApp(App App, AppKind Kind, Uri BaseUrl, AppSecret Secret)
{
    /// <summary>What is wrong with the app as configured; empty when nothing is.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!BaseUrl.IsAbsoluteUri || (BaseUrl.Scheme != Uri.UriSchemeHttps && BaseUrl.Scheme != Uri.UriSchemeHttp))
            yield return $"App {App.Name}: the base URL must be absolute, with http or https.";
        else if (BaseUrl.Query.Length > 0 || BaseUrl.Fragment.Length > 0 || BaseUrl.UserInfo.Length > 0)
            yield return $"App {App.Name}: the base URL must have no query, fragment or user name.";
        if (string.IsNullOrWhiteSpace(App.Id.Value)) yield return $"App {App.Name}: the app id is empty.";
        if (Kind == AppKind.Custom && App.Tenants.Count != 1)
            yield return $"App {App.Name}: a custom app has exactly one tenant, not {App.Tenants.Count}.";
    }
}
