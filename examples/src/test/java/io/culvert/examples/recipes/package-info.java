/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What runs over Culvert, each stack as a recipe, {@code SomethingRecipe}, and the test that uses it over real sockets.
 * docs/recipes.md quotes the recipes, and {@link io.culvert.examples.recipes.RecipesDocumentTest} holds it to them.
 */
package io.culvert.examples.recipes;
