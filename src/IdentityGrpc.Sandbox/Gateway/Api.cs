namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>The tokens that an API takes.</summary>
[Flags]
internal enum TokenKinds
{
    None = 0,
    Tenant = 1,
    User = 2,
    App = 4,
}

/// <summary>How an answer is laid out.</summary>
internal enum AnswerShape
{
    /// <summary><c>{"code":0,"data":{…},"msg":"success"}</c></summary>
    Data,

    /// <summary><c>{"code":0,"msg":"ok",…}</c> with the members on the top level, as the token endpoints have it.</summary>
    Flat,

    /// <summary>The members alone, without code and msg: the historical user info of seed 003.</summary>
    Bare,
}

/// <summary>
/// One API of the platform, as its page in the documentation describes it. <see cref="Path"/> has parameters as <c>:user_id</c>,
/// and <see cref="Name"/> is how statistics and faults call it. An API with token kinds goes through the whole gateway.
/// </summary>
internal sealed record Api(string Method, string Path, ApiHandler Handle)
{
    public RateTier Tier { get; init; } = RateTier.Four;

    public TokenKinds Tokens { get; init; } = TokenKinds.Tenant | TokenKinds.User;

    /// <summary>Any one of these suffices (R19); none means that the API asks for no scope.</summary>
    public string[] Scopes { get; init; } = [];

    public AnswerShape Shape { get; init; } = AnswerShape.Data;

    public string Message { get; init; } = "success";

    /// <summary>Authentication failures come in this API's own codes with status 200 (authen v1).</summary>
    public ApiError? TokenError { get; init; }

    public bool HasBody => Method is "POST" or "PATCH" or "PUT";

    /// <summary>Changes the directory, so that nobody reads meanwhile.</summary>
    public bool Writes { get; init; }

    /// <summary>The position in <see cref="ApiCatalog.All"/>.</summary>
    public int Index { get; init; }

    public string Name { get; } = $"{Method} {Path}";
}

/// <summary>Answers a call by writing the members of <c>data</c>, or gives the reason why not.</summary>
internal delegate ApiError? ApiHandler(ApiCall call);
