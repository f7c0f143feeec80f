// Generated from contracts/operations: do not edit. To regenerate: npm run generate -w @triptych/partner-bff

export const CancelOrder = { name: "CancelOrder", hash: "e59b0761579bca8646a51fdca97d1ff880a1cda1680f61dc40c6ed9762581e30" };
export const Home = { name: "Home", hash: "8308e2f580641b5d4fa416eca9059c6e35620077e2620ffee01cacd8762f88cb" };
export const Home2 = { name: "Home2", hash: "5be222b3737c3bd810c8d1fb32696422a016a6aa0fdaf0fe5d8f6af17ada6e12" };
export const Order = { name: "Order", hash: "137a83f41b3e2901857621529e01d51cc0dadadda52011f9be981963104d7957" };
export const Order2 = { name: "Order2", hash: "960267d7daee03268ad5326697829ae76d0e08387f8fed823d4d4bc24477824a" };
export const Product = { name: "Product", hash: "b6b30d503db5c4e7b1ef1f1c60566648c764a2fbe3fd56b683482711e13c804a" };
export const Product2 = { name: "Product2", hash: "d4d80dd72d66173246cf63dfb4544b7d55108a9370c50b04a78ebba9810163c0" };
